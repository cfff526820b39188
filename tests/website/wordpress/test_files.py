"""Pictures and files of an archive: from a folder, over the network, in a later run."""

import io
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image as Pixels

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.models import Image
from competencyworks.website.models import ImportedFile, ImportedItem
from competencyworks.website.wordpress.documents import NotAccepted, suffix_of

ARCHIVE = Path(__file__).parent / "wxr" / "archive.xml"
PDF = b"%PDF-1.4\n%a paper\n"

pytestmark = pytest.mark.django_db


def picture(color: str) -> bytes:
    written = io.BytesIO()
    Pixels.new("RGB", (30, 20), color).save(written, "PNG")
    return written.getvalue()


FILES = {
    "2012/09/steps.png": picture("teal"),
    "2012/09/circle.png": picture("gold"),
    "2012/09/A Paper.pdf": PDF,
}


@pytest.fixture
def uploads(tmp_path) -> Path:
    """A folder with all uploads of the archive."""
    for name, content in FILES.items():
        path = tmp_path / "wp-content" / "uploads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


@pytest.fixture
def run(capsys):
    def run_command(export: Path = ARCHIVE, **options) -> str:
        call_command("import_wordpress", str(export), **options)
        return capsys.readouterr().out

    return run_command


def files_row(report: str) -> list[str]:
    return next(line for line in report.splitlines() if line.startswith("files")).split()[1:]


class OldSite:
    """A web server in the place of the old site."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: Counter[str] = Counter()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked[self.path] += 1
                status, content = site.answers.get(self.path, (404, b"none"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"

    def has(self, *names: str) -> None:
        for name in names:
            path = "/wp-content/uploads/" + name.replace(" ", "%20")
            self.answers[path] = (200, FILES[name])


@pytest.fixture
def old_site(settings):
    site = OldSite()
    settings.FETCH_ALLOWED_HOSTS = [site.host]
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def export(old_site, tmp_path) -> Path:
    """The archive, as an old site at `old_site` would export it."""
    path = tmp_path / "export.xml"
    path.write_text(ARCHIVE.read_text().replace("www.old.example.org", old_site.host))
    return path


class TestFromAFolder:
    @pytest.mark.parametrize("below", ["", "wp-content", "wp-content/uploads"])
    def test_they_are_found_wherever_it_begins(self, run, uploads, below):
        report = run(media=uploads / below)
        assert files_row(report) == ["3", "3", "0", "0", "0", "0"]
        assert (Image.objects.count(), ImportedFile.objects.count()) == (2, 1)

    def test_pictures_keep_their_words(self, run, uploads):
        run(media=uploads)
        image = Image.objects.get(title="steps")
        assert (image.alt, image.caption) == ("Steps that lead up", "Steps in stone")
        assert (image.width, image.height) == (30, 20)
        assert image.file.read() == FILES["2012/09/steps.png"]
        assert image.created_at.isoformat() == "2012-09-29T14:00:00+00:00"

    def test_texts_show_them(self, run, uploads):
        run(media=uploads)
        steps, circle = Image.objects.get(title="steps"), Image.objects.get(title="circle")
        post = Post.objects.get(slug="why-we-changed")
        assert post.picture == steps
        assert f'href="{steps.file.url}"' in post.body
        assert post.body.count(f'data-image="{steps.pk}"') == 2
        assert 'class="gallery columns-3"' in post.body
        assert f'data-image="{circle.pk}"' in post.body
        assert "Picture:" not in post.body
        assert not ImportedItem.objects.filter(kind="post", incomplete=True, key="203").exists()

    def test_their_old_addresses_lead_to_them(self, run, uploads, client):
        run(media=uploads)
        steps, paper = Image.objects.get(title="steps"), ImportedFile.objects.get()
        for old, new in (
            ("/wp-content/uploads/2012/09/steps.png", steps.file.url),
            ("/wp-content/uploads/2012/09/steps-300x200.png", steps.file.url),
            ("/2012/09/30/why-we-changed/steps/", steps.file.url),
            ("/?attachment_id=301", steps.file.url),
            ("/?p=303", paper.file.url),
            ("/wp-content/uploads/2012/09/A%20Paper.pdf", paper.file.url),
        ):
            response = client.get(old)
            assert (response.status_code, response.get("Location")) == (301, new), old

    def test_nothing_outside_of_it_is_read(self, run, uploads, tmp_path):
        secret = tmp_path.parent / "secret.png"
        secret.write_bytes(picture("red"))
        text = ARCHIVE.read_text().replace("/2012/09/circle.png", "/../../../secret.png")
        (uploads / "wp-content/uploads/2012/09/steps.png").unlink()
        (uploads / "wp-content/uploads/2012/09/steps.png").symlink_to(secret)
        path = tmp_path / "evil.xml"
        path.write_text(text)
        report = run(path, media=uploads, no_fetch=True)
        assert files_row(report) == ["3", "1", "0", "0", "0", "2"]

    def test_a_second_run_makes_none(self, run, uploads):
        run(media=uploads)
        stored = {image.file.name for image in Image.objects.all()}
        assert files_row(run(media=uploads)) == ["3", "0", "0", "3", "0", "0"]
        assert {image.file.name for image in Image.objects.all()} == stored

    def test_a_dry_run_stores_none(self, run, uploads, settings):
        report = run(media=uploads, dry_run=True)
        assert files_row(report) == ["3", "3", "0", "0", "0", "0"]
        assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))

    def test_words_that_changed_there_change_here_unless_they_did(self, run, uploads, tmp_path):
        run(media=uploads)
        text = ARCHIVE.read_text()
        text = text.replace("Steps that lead up", "Steps up").replace(">circle<", ">ring<")
        path = tmp_path / "newer.xml"
        path.write_text(text)
        Image.objects.filter(title="circle").update(alt="Ours")
        report = run(path, media=uploads)
        assert Image.objects.get(title="steps").alt == "Steps up"
        assert Image.objects.get(title="circle").alt == "Ours"
        assert files_row(report) == ["3", "0", "1", "1", "1", "0"]


class TestWhenTheyCannotBeHad:
    def test_they_are_told_and_links_stand_for_them(self, run):
        report = run(no_fetch=True)
        assert files_row(report) == ["3", "0", "0", "0", "0", "3"]
        url = "http://www.old.example.org/wp-content/uploads/2012/09/steps.png"
        assert f"“steps”: not fetched, {url}: fetching is switched off" in report
        post = Post.objects.get(slug="why-we-changed")
        assert "Picture: Three steps" in post.body
        assert "<img" not in post.body
        assert post.picture is None

    def test_their_pages_lead_to_what_they_were_uploaded_to(self, run, client):
        run(no_fetch=True)
        response = client.get("/2012/09/30/why-we-changed/steps/")
        post = Post.objects.get(slug="why-we-changed")
        assert (response.status_code, response.get("Location")) == (301, post.path)

    def test_a_later_run_brings_them_and_mends_the_texts(self, run, uploads, client):
        run(no_fetch=True)
        report = run(media=uploads)
        assert files_row(report) == ["3", "3", "0", "0", "0", "0"]
        post = Post.objects.get(slug="why-we-changed")
        steps = Image.objects.get(title="steps")
        assert post.picture == steps
        assert post.body.count("data-image=") == 3
        assert revisions.history(post).first().content["picture"] == steps.pk
        response = client.get("/2012/09/30/why-we-changed/steps/")
        assert response.get("Location") == steps.file.url
        last = run(media=uploads)
        assert " changed" in last
        assert files_row(last)[1:3] == ["0", "0"]

    def test_a_text_that_was_edited_here_is_not_mended(self, run, uploads):
        run(no_fetch=True)
        post = Post.objects.get(slug="why-we-changed")
        post.title = "Named here"
        post.save()
        report = run(media=uploads)
        post.refresh_from_db()
        assert (post.title, "<img" in post.body) == ("Named here", False)
        assert "Edited here since, and left alone:\n  posts, line" in report


class TestOverTheNetwork:
    def test_they_are_fetched(self, run, old_site, export):
        old_site.has(*FILES)
        assert files_row(run(export)) == ["3", "3", "0", "0", "0", "0"]
        assert max(old_site.asked.values()) == 1
        assert files_row(run(export)) == ["3", "0", "0", "3", "0", "0"]
        assert max(old_site.asked.values()) == 1

    def test_failures_are_told_and_tried_again(self, run, old_site, export):
        old_site.has("2012/09/steps.png")
        report = run(export)
        assert files_row(report) == ["3", "1", "0", "0", "0", "2"]
        assert "the answer was 404" in report
        old_site.has(*FILES)
        assert files_row(run(export)) == ["3", "2", "0", "1", "0", "0"]
        assert old_site.asked["/wp-content/uploads/2012/09/steps.png"] == 1

    def test_what_is_no_picture_is_refused(self, run, old_site, export):
        old_site.has(*FILES)
        old_site.answers["/wp-content/uploads/2012/09/steps.png"] = (200, b"<html>sorry</html>")
        old_site.answers["/wp-content/uploads/2012/09/A%20Paper.pdf"] = (200, b"<html></html>")
        report = run(export)
        assert files_row(report) == ["3", "1", "0", "0", "0", "2"]
        assert "is not a picture the site can show" in report
        assert "It is of no kind that the site stores" in report

    def test_the_folder_comes_first(self, run, old_site, export, uploads):
        (uploads / "wp-content/uploads/2012/09/steps.png").unlink()
        old_site.has("2012/09/steps.png")
        assert files_row(run(export, media=uploads))[:2] == ["3", "3"]
        assert list(old_site.asked) == ["/wp-content/uploads/2012/09/steps.png"]

    def test_a_host_within_the_own_network_is_not_asked(self, run, old_site, export, settings):
        settings.FETCH_ALLOWED_HOSTS = []
        old_site.has(*FILES)
        assert files_row(run(export)) == ["3", "0", "0", "0", "0", "3"]
        assert not old_site.asked

    def test_a_host_that_never_answers_is_left_in_peace(self, run, tmp_path):
        items = "".join(
            f"<item><title>{n}</title><wp:post_id>{n}</wp:post_id><wp:post_type>attachment"
            f"</wp:post_type><wp:attachment_url>http://nobody.invalid/{n}.png"
            f"</wp:attachment_url></item>"
            for n in range(1, 13)
        )
        path = tmp_path / "silent.xml"
        path.write_text(f"<rss><link>http://nobody.invalid</link>{items}</rss>")
        report = run(path)
        assert files_row(report) == ["12", "0", "0", "0", "0", "12"]
        assert report.count("There is not a host named nobody.invalid") < 8
        assert "not tried, as nobody.invalid did not answer" in report


@pytest.mark.parametrize(
    ("name", "content", "suffix"),
    [
        ("a.pdf", PDF, ".pdf"),
        ("a.html", PDF, ".pdf"),
        ("Sheet.DOCX", b"PK\x03\x04...", ".docx"),
        ("a.jar", b"PK\x03\x04...", ".zip"),
        ("talk.mp3", b"ID3\x04", ".mp3"),
        ("film.mov", b"\x00\x00\x00\x14ftypqt  ", ".mov"),
        ("a.csv", b"a,b\n1,2\n", ".csv"),
    ],
)
def test_files_are_what_they_hold(name, content, suffix):
    assert suffix_of(ContentFile(content, name=name)) == suffix


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<html>"),
        ("a.svg", b"<svg onload='x'/>"),
        ("a.txt", b" <script>alert(1)</script>"),
        ("a.js", b"alert(1)"),
        ("a.exe", b"MZ\x00"),
        ("a.swf", b"CWS\x05"),
        ("a.pdf", b"nothing"),
        ("a.txt", b"a\0b"),
    ],
)
def test_files_that_could_do_harm_are_refused(name, content):
    with pytest.raises(NotAccepted):
        suffix_of(ContentFile(content, name=name))
