"""The worker reads new files: their words are searchable, their first page is a cover."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from blog.papers import pdf_files, reading
from blog.papers.pdf_files import Unreadable, accept, read, tidy
from blog.sweeps import read_papers
from competencyworks.core.background import sweeps
from competencyworks.core.models import Image
from tests import factories

from . import pdfs

pytestmark = pytest.mark.django_db


def upload(content: bytes) -> ContentFile:
    return ContentFile(content, name="upload.pdf")


def found(client, words: str) -> list[str]:
    response = client.get("/search/", {"q": words})
    return [hit.title for hit in response.context["results"].page.items]


def test_the_sweep_is_one_of_the_workers():
    sweeps.discover()
    assert "blog.sweeps.read_papers" in sweeps.registry


def test_words_of_the_file_are_found_once_the_worker_has_read_it(client):
    factories.paper(title="On pacing", file=factories.pdf("Nothing", "An okapi, a < b and c > d"))
    assert found(client, "okapi") == []
    assert read_papers() is True
    assert found(client, "okapi") == ["On pacing"]
    assert read_papers() is False


def test_words_that_look_like_markup_are_found_too(client):
    factories.paper(title="On pacing", file=factories.pdf("if a <okapi and zebra> b"))
    read_papers()
    assert found(client, "okapi zebra") == ["On pacing"]


def test_the_search_shows_where_in_the_file_the_words_are(client):
    factories.paper(body="<p>Abstract.</p>", file=factories.pdf("We saw one okapi <b>there</b>"))
    read_papers()
    page = client.get("/search/?q=okapi").content.decode()
    assert "Abstract. We saw one <mark>okapi</mark> b there" in page


def test_the_words_of_a_file_that_was_replaced_are_found_no_more(client):
    paper = factories.paper(title="On pacing", file=factories.pdf("okapi"))
    read_papers()
    factories.paper_file(paper, factories.pdf("zebra"))
    read_papers()
    assert found(client, "okapi") == []
    assert found(client, "zebra") == ["On pacing"]


def test_an_older_file_that_is_read_late_changes_nothing(client):
    paper = factories.paper(title="On pacing", file=factories.pdf("okapi"))
    first = reading.claim()
    factories.paper_file(paper, factories.pdf("zebra"))
    read_papers()
    with first.file.storage.open(first.file.name) as file:
        reading.keep(first, read(file))
    assert found(client, "okapi") == []
    assert found(client, "zebra") == ["On pacing"]


def test_the_first_page_becomes_the_cover_and_a_later_file_a_later_cover():
    paper = factories.paper(title="On pacing", file=factories.pdf("First"))
    changed = paper.updated_at
    read_papers()
    paper.refresh_from_db()
    cover = paper.picture
    assert cover.alt == "First page of “On pacing”"
    assert max(cover.width, cover.height) == 1600
    assert paper.updated_at == changed
    factories.paper_file(paper, factories.pdf("Second"))
    read_papers()
    paper.refresh_from_db()
    assert paper.picture != cover
    assert Image.objects.filter(pk=cover.pk).exists()


def test_a_chosen_cover_stays(client):
    chosen = factories.image()
    paper = factories.paper(picture=chosen, file=factories.pdf("First"))
    read_papers()
    paper.refresh_from_db()
    assert paper.picture == chosen
    assert Image.objects.count() == 1


def test_a_cover_chosen_after_one_was_drawn_stays_when_the_file_is_replaced():
    paper = factories.paper(file=factories.pdf("First"))
    read_papers()
    paper.refresh_from_db()
    paper.picture = chosen = factories.image()
    paper.save()
    factories.paper_file(paper, factories.pdf("Second"))
    read_papers()
    paper.refresh_from_db()
    assert paper.picture == chosen


def test_a_page_view_reads_no_file(client, monkeypatch):
    paper = factories.paper(file=factories.pdf("First"))
    monkeypatch.setattr(pdf_files, "_run", lambda *_: pytest.fail("read in a page view"))
    assert client.get(paper.path).status_code == 200
    assert client.get("/papers/").status_code == 200
    paper.save()


# --- files that are not as one would wish ----------------------------------------------------


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04 a document of another kind", "not a PDF"),
        (b"<!doctype html>%PDF-1.7", "not a PDF"),
        (b"", "not a PDF"),
        (b"%PDF-1.7\n" + b"garbage" * 100, "damaged"),
        (factories.pdf("Cut off")[:250], "damaged"),
        (pdfs.encrypted(), "password"),
    ],
)
def test_what_is_no_readable_pdf_is_refused_with_what_to_do(content, word):
    with pytest.raises(ValidationError, match=word):
        accept(upload(content))


def test_a_file_without_pages_is_refused():
    with pytest.raises(ValidationError, match=r"no pages|damaged"):
        accept(upload(pdfs.without_pages()))


def test_a_file_that_is_encrypted_but_open_to_all_is_read():
    assert accept(upload(pdfs.encrypted(user=""))).pages == 1
    assert "okapi" in read(upload(pdfs.encrypted(user=""))).text


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(pdf_files, "MAX_BYTES", 1000)
    monkeypatch.setattr(pdf_files, "_run", lambda *_: pytest.fail("it was read"))
    with pytest.raises(ValidationError, match="MB"):
        accept(upload(b"%PDF-1.7" + b" " * 1000))


def test_scripts_in_a_file_run_nowhere_and_keep_it_from_nothing():
    assert accept(upload(pdfs.with_scripts())).pages == 1
    assert read(upload(pdfs.with_scripts())).pages == 1


def test_a_file_that_takes_too_long_is_given_up_at_once_and_for_good(monkeypatch, client):
    monkeypatch.setattr(pdf_files, "READ_SECONDS", 1)
    paper = factories.paper(title="On pacing", file=pdfs.endless_drawing())
    started = timezone.now()
    read_papers()
    assert (timezone.now() - started).total_seconds() < pdf_files.LOOK_SECONDS + 15
    row = paper.current_file()
    assert "too long" in row.read_error
    assert not reading.due().exists()
    assert client.get(paper.file_path).status_code == 200


def test_a_page_of_a_mile_takes_no_more_memory_than_another():
    huge = read(upload(pdfs.one_page(b"BT ET", box="0 0 2000000 1900000")))
    assert huge.pages == 1
    strip = read(upload(pdfs.one_page(b"BT ET", box="0 0 1 14400")))
    assert strip.cover is None


def test_a_reader_that_dies_is_told_of_and_not_tried_again(monkeypatch, tmp_path):
    script = tmp_path / "reader.py"
    script.write_text("import os; os.abort()")
    paper = factories.paper(file=factories.pdf("First"))
    monkeypatch.setattr(pdf_files, "READER", script)
    read_papers()
    assert "cannot be read" in paper.current_file().read_error
    assert not reading.due().exists()


def test_the_reader_knows_no_secret_of_the_site(monkeypatch, tmp_path):
    script = tmp_path / "reader.py"
    script.write_text(
        "import json, os; print(json.dumps({'error': None, 'seen': dict(os.environ)}))"
    )
    monkeypatch.setattr(pdf_files, "READER", script)
    monkeypatch.setenv("SECRET_KEY", "not for the reader")
    told = pdf_files._run(upload(b"%PDF-"), "look", 5)
    assert "not for the reader" not in str(told)


def test_memory_of_the_reader_is_bounded(monkeypatch, tmp_path):
    script = tmp_path / "reader.py"
    bomb = "bytearray(2 * 1024**3)"
    script.write_text(pdf_files.READER.read_text().replace("sys.stdin.buffer.read()", bomb))
    monkeypatch.setattr(pdf_files, "READER", script)
    with pytest.raises(Unreadable, match="memory"):
        read(upload(factories.pdf("First")))


def test_a_worker_that_dies_three_times_over_a_file_leaves_it(monkeypatch):
    paper = factories.paper(file=factories.pdf("First"))
    for _ in range(reading.ATTEMPTS):
        assert reading.claim()  # and then the worker is killed
        assert reading.claim() is None
        paper.files.update(read_lease_until=factories.ago(minutes=1))
    assert read_papers() is False
    assert "Gave up" in paper.current_file().read_error


def test_a_storage_that_fails_is_asked_again_later(monkeypatch, caplog):
    paper = factories.paper(file=factories.pdf("First"))

    def away(*_):
        raise ConnectionError("the storage is away")

    with monkeypatch.context() as patch:
        patch.setattr(type(default_storage._wrapped), "open", away)
        read_papers()
    assert "could not be read" in caplog.text
    row = paper.current_file()
    assert (row.read_error, row.read_at) == ("", None)
    paper.files.update(read_lease_until=factories.ago(minutes=1))
    read_papers()
    assert paper.current_file().read_at


def test_a_lost_file_is_told_of():
    paper = factories.paper(file=factories.pdf("First"))
    default_storage.delete(paper.current_file().file.name)
    read_papers()
    assert "missing" in paper.current_file().read_error


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("compe\ufffe\r\ntency", "competency"), ("ﬁle  of\r\nwords", "file of\nwords"),
     ("a\x00b\x02c\ud800", "a b c"), ("  \n ", "")],
)  # fmt: skip
def test_words_are_put_together_as_one_would_type_them(text, tidied):
    assert tidy(text) == tidied
