"""Posts and papers as works that are cited, and their citations as files."""

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from competencyworks.core.citation_files import citation_file
from competencyworks.core.citations import Work
from competencyworks.core.metadata import absolute, publisher
from competencyworks.core.names import parse
from competencyworks.core.prose.texts import plain

from .belongings import byline
from .models import Paper, Post


def work_of_post(post: Post, abstract: str = "") -> Work:
    """`post`, which has a `byline`, as a work."""
    day = timezone.localtime(post.publish_at).date() if post.publish_at else None
    return Work(
        title=post.title,
        authors=_authors(post),
        year=day.year if day else None,
        day=day,
        publisher=publisher()["name"],
        site=publisher()["name"],
        url=absolute(post.path),
        abstract=abstract,
    )


def work_of_paper(paper: Paper, has_file: bool, abstract: str = "") -> Work:
    """`paper`, which has a `byline`, as a work."""
    day = timezone.localtime(paper.publish_at).date() if paper.publish_at else None
    return Work(
        title=paper.title,
        authors=_authors(paper),
        year=paper.year,
        # A paper that first came out in another year came out on another day.
        day=day if day and day.year == paper.year else None,
        publisher=paper.publisher or publisher()["name"],
        site=publisher()["name"],
        url=absolute(paper.path),
        is_report=True,
        number=paper.number,
        doi=paper.doi,
        abstract=abstract,
        pdf_url=absolute(paper.file_path) if has_file else "",
    )


def _authors(item: Model) -> tuple:
    return tuple(parse(person["name"]) for person in item.byline)


def cite_post(request: HttpRequest, year: int, month: int, slug: str, form: str) -> HttpResponse:
    """The citation of a post as a file."""
    rows = Post.objects.published().filter(slug=slug)
    post = rows.only("title", "path", "lead", "publish_at").annotate(byline=byline("name")).first()
    if post is None:
        raise Http404("no such post")
    if post.path != f"/blog/{year}/{month:02}/{slug}/":
        return HttpResponsePermanentRedirect(iri_to_uri(f"{post.path}cite.{form}"))
    return citation_file(work_of_post(post, plain(post.lead)), form)


def cite_paper(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The citation of a paper as a file."""
    rows = (
        Paper.objects.published()
        .filter(slug=slug)
        .defer("html", "contents", "attached_text", "vector")
    )
    paper = rows.annotate(byline=byline("name", kind="paper")).first()
    if paper is None:
        raise Http404("no such paper")
    return citation_file(work_of_paper(paper, paper.files.exists(), plain(paper.body)), form)
