from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from competencyworks.core.citations import apa, scholar_tags
from competencyworks.core.discussion.threads import conversation
from competencyworks.core.links.notices import with_notices
from competencyworks.core.metadata import PageMeta, absolute, meta_for
from competencyworks.core.models import Image
from competencyworks.core.paging import page_of
from competencyworks.core.prose.texts import image_ids, with_pictures

from ..citing import work_of_paper
from . import downloads
from .file_response import is_beginning, respond
from .models import Paper, PaperQuerySet
from .shelves import Shelves
from .structured import report

PAGE_SIZE = 20
HOME = ("Home", "/")
PAPERS = ("Papers", "/papers/")


def index(request: HttpRequest) -> HttpResponse:
    """All papers, or those of a year, on a topic, or both."""
    shelves = Shelves.asked(request.GET)
    page = page_of(request, shelves.papers(), PAGE_SIZE, present=PaperQuerySet.listed)
    query = urlencode(shelves.terms | ({"page": page.number} if page.number > 1 else {}))
    meta = PageMeta(
        title=shelves.title,
        path="/papers/" + (f"?{query}" if query else ""),
        description=f"{shelves.title}: reports on emerging issues in competency education.",
        crumbs=[HOME, PAPERS],
        feeds=[("Papers", "/papers/feed/")],
        # Each pair of a year and a topic is a page; those of one of them are enough to be found by.
        hidden=len(shelves.terms) > 1,
    )
    return render(request, "blog/papers.html", {"page": page, "meta": meta, "shelves": shelves})


def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """One paper."""
    return render_paper(request, get_object_or_404(Paper.objects.published().whole(), slug=slug))


def render_paper(
    request: HttpRequest, paper: Paper, preview: bool = False, file_url: str = ""
) -> HttpResponse:
    """
    The page of `paper` (from `PaperQuerySet.whole()`), for the public or as a preview, in which
    the file has an address of its own, `file_url`.
    """
    portraits = [person["portrait"] for person in paper.byline if person["portrait"]]
    images = Image.objects.in_bulk({*portraits, *image_ids(paper.html)})
    for person in paper.byline:
        person["portrait"] = images.get(person["portrait"])
    file = paper.current_file()
    work = work_of_paper(paper, has_file=file is not None)
    talk = conversation(paper, request.GET.get("comments", "1"))
    meta = meta_for(
        paper,
        [HOME, PAPERS, (paper.title, paper.path)],
        kind="article",
        authors=paper.byline,
        feeds=[("Papers", "/papers/feed/"), (f"Comments on “{paper.title}”", f"{paper.path}feed/")],
        data=[report(paper, file)],
        scholar=scholar_tags(work),
    )
    context = {
        "paper": paper,
        "post": paper,  # as the pieces call whatever has a byline and topics
        "file": file,
        "file_url": file_url or paper.file_path,
        "publisher": work.publisher,
        "html": with_pictures(with_notices(paper), images),
        "citation": apa(work),
        "talk": talk,
        "meta": talk.meta(meta) if talk.number > 1 else meta,
        "url": absolute(paper.path),
        "preview": preview,
    }
    return render(request, "blog/paper.html", context)


@require_safe
def file(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """The file of a paper, whichever is the newest, at an address that stays."""
    rows = Paper.objects.published().filter(slug=slug).only("path", "slug")
    paper = rows.first()
    current = paper and paper.current_file()
    if current is None:
        raise Http404("no such file")
    if name != paper.slug:
        return HttpResponsePermanentRedirect(iri_to_uri(paper.file_path))
    response = respond(request, current, f"{paper.slug}.pdf")
    if request.method == "GET" and is_beginning(response) and downloads.is_reader(request):
        downloads.count(paper)
    return response
