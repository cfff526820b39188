"""The front page of the wiki: its pages as a table of contents, and what is new."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from competencyworks.core.metadata import PageMeta, plain_text, shorten
from competencyworks.core.paging import ListPage, page_number, page_of
from competencyworks.core.prepared import Prepared
from competencyworks.core.prose.sentences import first_sentence

from ..models import Resource, WikiPage
from ..models.page_rows import WikiPageQuerySet
from .recent import FEED, Change, changes

ROOTS = 40  # pages at the top of the tree, on one page of this list
BELOW = 15  # pages shown below each of them
FURTHER = 6  # and below each of these
BESIDE = 3  # resources, and changed pages, in the margin
LOOKED_AT = 20  # changes among which the changed pages are sought
ABOUT = 220  # characters said of a page: its first sentence

NEWEST = Prepared(
    lambda at: (
        Resource.objects.published(at)
        .newest()
        .only("title", "path", "kind", "publisher", "year")[:BESIDE]
    )
)


FIRST = Prepared(lambda at: with_branches(tops(at), at)[: ROOTS + 1])


def home(request: HttpRequest) -> HttpResponse:
    """What the wiki is for, and the way into it."""
    page = _contents(request)
    is_first = page.number == 1
    meta = PageMeta(
        title="Wiki",
        path="/wiki/" + ("" if is_first else f"?page={page.number}"),
        description="What the field knows about competency education, topic by topic, written "
        "collaboratively and maintained by curators.",
        crumbs=[("Home", "/"), ("Wiki", "/wiki/")],
        feeds=[FEED],
    )
    context = {
        "page": page,
        "meta": meta,
        "newest": NEWEST.rows() if is_first else [],
        "changes": _changed_pages() if is_first else [],
    }
    return render(request, "wiki/home.html", context)


def _changed_pages() -> list[Change]:
    """
    The last change of each of the pages that changed last. Resources are left out: the newest of
    them stand beside.
    """
    last: dict[int, Change] = {}
    for change in changes(0, LOOKED_AT, "pages"):
        last.setdefault(change.item, change)
    return list(last.values())[:BESIDE]


def _contents(request: HttpRequest) -> ListPage:
    if page_number(request) == 1:
        found = FIRST.rows()
        page = ListPage(found[:ROOTS], 1, len(found) > ROOTS, "")
    else:
        at = timezone.now()
        page = page_of(request, tops(at), ROOTS, present=lambda rows: with_branches(rows, at))
    for top in page.items:
        top.about = shorten(first_sentence(plain_text(top.lead)), ABOUT)
    return page


def tops(at) -> WikiPageQuerySet:
    """
    The public pages that stand below no public page, in their order.

    Without the `OR`, PostgreSQL joins all pages with all before it sorts them; with it, it walks
    through the index `wikipage_order` until it has enough (at 5,000 pages 0.2 ms in place of 7).
    """
    public = WikiPage.objects.published(at)
    upper = public.filter(pk=OuterRef("parent_id")).order_by()
    return public.filter(Q(parent=None) | ~Exists(upper)).in_tree()


def with_branches(rows: WikiPageQuerySet, at) -> WikiPageQuerySet:
    """With what the contents list shows of each page: two levels `below` it."""
    public = WikiPage.objects.published(at).filter(parent=OuterRef("pk")).in_tree()
    line = {"title": "title", "path": "path"}
    further = ArraySubquery(public.values(json=JSONObject(**line))[:FURTHER])
    below = public.annotate(further=further).values(json=JSONObject(**line, below="further"))
    return rows.only("title", "path", "lead").annotate(below=ArraySubquery(below[:BELOW]))
