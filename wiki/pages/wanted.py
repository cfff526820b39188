"""Red links: titles that public texts lead to and that no page has."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from competencyworks.core.metadata import PageMeta
from competencyworks.core.models import Link
from competencyworks.core.paging import ListPage, page_number

from .. import wikilinks
from ..models import FormerTitle, Resource, WikiPage

CRUMBS = [("Home", "/"), ("Wiki", "/wiki/")]
PAGE_SIZE = 50
SOURCES = 5  # named of those that ask for one title
HYPHENS = 6  # of a slug, up to which the titles that may stand behind it are tried


@dataclass
class Wanted:
    """A title that nobody has written, by how many it is asked for, and by whom among others."""

    title: str
    count: int
    sources: list[WikiPage | Resource] = field(default_factory=list)

    @property
    def path(self) -> str:
        return wikilinks.wanted_path(self.title)

    @property
    def others(self) -> int:
        return self.count - len(self.sources)


def wanted(request: HttpRequest) -> HttpResponse:
    """The titles that are asked for, the most wanted first."""
    number = page_number(request)
    first = (number - 1) * PAGE_SIZE
    found = _most_wanted(red_links(), first, PAGE_SIZE + 1)
    if not found and number > 1:
        raise Http404("no such page")
    page = ListPage(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE, "")
    meta = PageMeta(
        title="Wanted pages",
        path="/wiki/wanted/",
        description="Pages that texts of the wiki lead to and that nobody has written yet.",
        crumbs=[*CRUMBS, ("Wanted pages", "/wiki/wanted/")],
        hidden=True,
    )
    return render(request, "wiki/wanted.html", {"page": page, "meta": meta})


def asking_for(slug: str) -> Wanted:
    """
    The title that the address of a missing page stands for, as well as it can be told from its
    slug, and the public items that lead to it. At most three queries.
    """
    words = slug.casefold().split("-")
    titles = {" ".join(words), slug.casefold()}
    if len(words) - 1 <= HYPHENS:
        for signs in product(" -", repeat=len(words) - 1):
            titles.add("".join(a + b for a, b in zip(words, [*signs, ""], strict=True)))
    found = _most_wanted(red_links().filter(title__in=titles), 0, 1)
    return found[0] if found else Wanted(_as_title(" ".join(words)), 0)


def red_links() -> QuerySet:
    """The wikilinks of public pages and resources to titles that no public page has or had."""
    public = Q()
    for model in (WikiPage, Resource):
        items = model.objects.published().filter(pk=OuterRef("source_id")).order_by()
        public |= Q(Exists(items), source_type=ContentType.objects.get_for_model(model))
    pages = WikiPage.objects.published().order_by()
    former = FormerTitle.objects.filter(key=OuterRef("title"), page__in=pages)
    return Link.objects.exclude(title="").filter(
        public, ~Exists(pages.filter(title_key=OuterRef("title"))), ~Exists(former)
    )


def _most_wanted(links: QuerySet, first: int, count: int) -> list[Wanted]:
    """`count` of the titles that `links` lead to, the most wanted first, with sources."""
    as_written = Q(text__iexact=F("title"))
    rows = links.values("title").annotate(count=Count("pk"), words=Max("text", filter=as_written))
    rows = rows.order_by("-count", "title")[first : first + count]
    found = {
        row["title"]: Wanted(row["words"] or _as_title(row["title"]), row["count"]) for row in rows
    }
    if found:
        place = Window(RowNumber(), partition_by="title", order_by="pk")
        some = links.filter(title__in=found).annotate(place=place).filter(place__lte=SOURCES)
        for title, source in _sources(some.order_by("title", "pk")):
            found[title].sources.append(source)
    return list(found.values())


def _sources(links: Iterable[Link]) -> list[tuple[str, WikiPage | Resource]]:
    """Title and source of each link; one query for each kind of source."""
    links = list(links)
    items: dict[tuple[int, int], WikiPage | Resource] = {}
    for model in (WikiPage, Resource):
        kind = ContentType.objects.get_for_model(model).pk
        keys = {link.source_id for link in links if link.source_type_id == kind}
        if keys:
            rows = model.objects.published().filter(pk__in=keys).only("title", "path")
            items |= {(kind, item.pk): item for item in rows}
    found = [(link.title, items.get((link.source_type_id, link.source_id))) for link in links]
    return [(title, item) for title, item in found if item is not None]


def _as_title(words: str) -> str:
    return words[:1].upper() + words[1:]
