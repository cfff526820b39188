"""An import that is killed, and run again, ends with the rows of one clean run."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from PIL import Image as Pixels
from taggit.models import Tag

from blog.models import Post
from competencyworks.core.models import Comment, Image, OldAddress, Person, Revision, Topic
from competencyworks.website.models import ImportedItem, Page
from competencyworks.website.wordpress import run

ROOT = Path(__file__).resolve().parents[3]
SITE = "http://long.example.org"
POSTS, PAGES, FILES = 200, 12, 30
STEP = 5  # posts that are brought in together: many moments to be killed at
SECONDS = 60  # until a run that shows no progress is given up

pytestmark = pytest.mark.django_db(transaction=True)


def post(number: int) -> str:
    """A post with a comment and its answer, a picture, and links to posts before and after."""
    before, after = max(1, number // 2), min(POSTS, number + 50)
    picture = f"{SITE}/wp-content/uploads/2014/01/{number % FILES}.png"
    return (
        f"<item><title>Post {number}</title><link>{SITE}/2014/01/01/post-{number}/</link>"
        f"<dc:creator>writer{number % 3}</dc:creator><wp:post_id>{number}</wp:post_id>"
        f"<wp:post_type>post</wp:post_type><wp:status>publish</wp:status>"
        f"<wp:post_name>post-{number}</wp:post_name>"
        f"<wp:post_date_gmt>2014-01-01 10:00:{number % 60:02}</wp:post_date_gmt>"
        f'<category domain="category" nicename="topic-{number % 5}">x</category>'
        f'<category domain="post_tag" nicename="tag-{number % 7}">tag {number % 7}</category>'
        f'<content:encoded><![CDATA[Words. <img src="{picture}"/>\n\n'
        f'<a href="{SITE}/2014/01/01/post-{before}/#comment-{before}">before</a> '
        f'<a href="{SITE}/?p={after}">after</a> '
        f'<a href="{SITE}/?p={min(POSTS, number + 120)}">long after</a>]]></content:encoded>'
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_approved>1"
        f"</wp:comment_approved><wp:comment_content>One</wp:comment_content></wp:comment>"
        f"<wp:comment><wp:comment_id>{number + 1000}</wp:comment_id><wp:comment_approved>1"
        f"</wp:comment_approved><wp:comment_content>Two</wp:comment_content>"
        f"<wp:comment_parent>{number}</wp:comment_parent></wp:comment></item>"
    )


def page(number: int) -> str:
    """A page below the one that follows it in the file."""
    parent = number + 1 if number < 5000 + PAGES - 1 else 0
    return (
        f"<item><title>Page {number}</title><wp:post_id>{number}</wp:post_id><wp:post_type>page"
        f"</wp:post_type><wp:status>publish</wp:status><wp:post_name>page-{number}</wp:post_name>"
        f"<wp:post_date_gmt>2014-01-01 10:00:00</wp:post_date_gmt>"
        f"<wp:post_parent>{parent}</wp:post_parent></item>"
    )


def attachment(number: int) -> str:
    return (
        f"<item><title>File {number}</title><wp:post_id>{9000 + number}</wp:post_id>"
        f"<wp:post_type>attachment</wp:post_type><wp:attachment_url>{SITE}/wp-content/uploads/"
        f"2014/01/{number}.png</wp:attachment_url></item>"
    )


@pytest.fixture
def export(tmp_path) -> Path:
    parts = [f"<rss><channel><link>{SITE}</link>"]
    parts += [page(5000 + number) for number in range(PAGES)]
    parts += [post(number) for number in range(1, POSTS + 1)]
    parts += [attachment(number) for number in range(FILES)]
    path = tmp_path / "export.xml"
    path.write_text("\n".join(parts) + "</channel></rss>")
    return path


@pytest.fixture
def uploads(tmp_path) -> Path:
    folder = tmp_path / "uploads"
    (folder / "2014/01").mkdir(parents=True)
    for number in range(FILES):
        written = io.BytesIO()
        Pixels.new("RGB", (8, 8), (number * 8, 90, 90)).save(written, "PNG")
        (folder / f"2014/01/{number}.png").write_bytes(written.getvalue())
    return folder


def rows() -> dict[str, list]:
    """Everything that an import writes, without keys, which differ from run to run."""

    def text(html: str) -> str:
        return re.sub(r'(#comment-|data-image=")\d+|/media/[^"]+', r"\1", html)

    return {
        "posts": [
            (
                item.slug, item.path, item.status, item.publish_at, text(item.body),
                text(item.html), [author.person.name for author in item.post_authors.all()],
                sorted(item.topics.values_list("slug", flat=True)), sorted(item.tags.names()),
                sorted(
                    (comment.body, comment.parent.body if comment.parent else "")
                    for comment in Comment.objects.on(item)
                ),
                Revision.objects.filter(object_id=item.pk, content_type__model="post").count(),
            )
            for item in Post.objects.order_by("slug")
        ],
        "pages": list(Page.objects.order_by("path").values_list("path", "title", "status")),
        "people": sorted(Person.objects.values_list("name", "slug")),
        "topics": sorted(Topic.objects.values_list("name", "slug")),
        "tags": sorted(Tag.objects.values_list("name", "slug")),
        "images": sorted(Image.objects.values_list("title", flat=True)),
        "addresses": sorted(
            (row.path, re.sub("/media/.*", "", row.target() or ""))
            for row in OldAddress.objects.all()
        ),
        "memory": sorted(
            (row.kind, row.key, row.fingerprint, row.incomplete, str(row.details))
            for row in ImportedItem.objects.all()
        ),
        "comments": [Comment.objects.count()],
    }  # fmt: skip


def start(export: Path, uploads: Path, media: Path) -> subprocess.Popen:
    environment = {
        "TEST_DATABASE": connection.settings_dict["NAME"],
        "TEST_MEDIA": str(media),
        "TEST_STEP": str(STEP),
    }
    command = [sys.executable, "-m", "tests.website.wordpress.import_process", str(export)]
    return subprocess.Popen(
        [*command, "--media", str(uploads)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_when(process: subprocess.Popen, condition) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()


MOMENTS = {
    "while files come": lambda: Image.objects.count() >= FILES // 3,
    "at the first pages": lambda: Page.objects.exists(),
    "half-way": lambda: Post.objects.count() >= POSTS // 2,
    "while links are set": lambda: Revision.objects.filter(number=2).exists(),
}


def test_killed_again_and_again_it_ends_like_a_clean_run(export, uploads, settings, monkeypatch):
    # Neighbors are linked at once, so the steps must be the same in all runs.
    monkeypatch.setattr(run, "POSTS", STEP)
    with transaction.atomic():
        call_command("import_wordpress", str(export), media=uploads, no_fetch=True)
        clean = rows()
        transaction.set_rollback(True)
    assert len(clean["posts"]) == POSTS
    assert not Post.objects.exists()
    for moment in MOMENTS.values():
        kill_when(start(export, uploads, Path(settings.MEDIA_ROOT)), moment)
        assert rows() != clean
    call_command("import_wordpress", str(export), media=uploads, no_fetch=True)
    assert rows() == clean
