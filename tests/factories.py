"""Items for tests, each with one call and sensible defaults."""

import io
import itertools
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Pixels
from reportlab.pdfgen.canvas import Canvas

from blog import digests
from blog.models import (
    Channel,
    Digest,
    DigestRow,
    Paper,
    PaperAuthor,
    PaperFile,
    Post,
    PostAuthor,
    Series,
)
from blog.papers.replacing import replace_file
from competencyworks.core.models import Comment, Image, Person, State, Topic
from competencyworks.website.models import Page
from wiki.models import Resource, WikiPage

_count = itertools.count(1)


def ago(**span):
    """The moment `span` (as of timedelta) before now."""
    return timezone.now() - timedelta(**span)


def ahead(**span):
    """The moment `span` (as of timedelta) from now."""
    return timezone.now() + timedelta(**span)


def person(name: str = "", **more) -> Person:
    return Person.objects.create(name=name or f"Person {next(_count)}", **more)


def topic(name: str = "", **more) -> Topic:
    return Topic.objects.create(name=name or f"Topic {next(_count)}", **more)


def state(code: str = "NH") -> State:
    return State.objects.get(code=code)


def channel(slug: str = "k-12") -> Channel:
    return Channel.objects.get(slug=slug)


def pixels(size=(900, 600), kind="PNG", color="#0B5D57") -> bytes:
    """The bytes of a picture file."""
    buffer = io.BytesIO()
    Pixels.new("RGB", size, color).save(buffer, kind)
    return buffer.getvalue()


def image(name: str = "steps.png", alt: str = "Three steps", size=(900, 600), **more) -> Image:
    return Image.objects.create(alt=alt, file=ContentFile(pixels(size), name=name), **more)


def _publishable(model, *, public: bool, tags=(), topics=(), states=(), **more):
    number = next(_count)
    more.setdefault("title", f"{model.__name__} {number}")
    more.setdefault("body", f"<p>The text of number {number}.</p>")
    if public:
        more.setdefault("status", "published")
        more.setdefault("publish_at", ago(days=1, minutes=number))
    item = model.objects.create(**more)
    item.tags.add(*tags)
    item.topics.add(*topics)
    item.states.add(*states)
    return item


def post(*, public: bool = True, authors=(), model: type[Post] = Post, **more) -> Post:
    more.setdefault("channel", channel())
    if isinstance(more["channel"], str):
        more["channel"] = channel(more["channel"])
    item = _publishable(model, public=public, **more)
    for position, author in enumerate(authors):
        PostAuthor.objects.create(post=item, person=author, position=position)
    return item


def heading(title: str = "", **more) -> DigestRow:
    return DigestRow(kind="section", title=title or f"Section {next(_count)}", **more)


def link(title: str = "", **more) -> DigestRow:
    number = next(_count)
    more.setdefault("url", f"https://example.org/{number}/")
    return DigestRow(title=title or f"Link {number}", **more)


def digest(*rows: DigestRow, **more) -> Digest:
    """A digest of `rows`; left out, of a section with two links."""
    item = post(model=Digest, **more)
    digests.set_rows(item, rows or [heading(), link(), link()])
    return item


def pdf(*pages: str, title: str = "") -> bytes:
    """The bytes of a PDF file with these pages of words."""
    buffer = io.BytesIO()
    sheet = Canvas(buffer, invariant=True)
    sheet.setTitle(title or "A paper")
    for words in pages or ("The first page.",):
        for number, line in enumerate(words.splitlines()):
            sheet.drawString(72, 720 - 14 * number, line)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def paper(*, public: bool = True, authors=(), file: bytes | None = None, **more) -> Paper:
    item = _publishable(Paper, public=public, **more)
    for position, author in enumerate(authors):
        PaperAuthor.objects.create(paper=item, person=author, position=position)
    if file is not None:
        paper_file(item, file)
    return item


def paper_file(item: Paper, content: bytes, name: str = "report.pdf", by=None) -> PaperFile:
    return replace_file(item, ContentFile(content, name=name), by)


def series(*, public: bool = True, **more) -> Series:
    return _publishable(Series, public=public, **more)


def page(*, public: bool = True, **more) -> Page:
    return _publishable(Page, public=public, **more)


def wiki_page(title: str = "", *, public: bool = True, **more) -> WikiPage:
    if title:
        more["title"] = title
    return _publishable(WikiPage, public=public, **more)


def resource(*, public: bool = True, **more) -> Resource:
    more.setdefault("url", f"https://example.org/resources/{next(_count)}/")
    return _publishable(Resource, public=public, **more)


def comment(item, *, status: str = "approved", body: str = "<p>Well said.</p>", **more) -> Comment:
    more.setdefault("name", f"Reader {next(_count)}")
    return Comment.objects.create(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        status=status,
        body=body,
        **more,
    )
