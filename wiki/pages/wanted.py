"""Red links: titles that public texts lead to and that no page has."""

from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    Window,
)
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from competencyworks.core.metadata import PageMeta
from competencyworks.core.models import Link
from competencyworks.core.paging import ListPage, NoSuchPage, page_number

from .. import wikilinks
from ..models import FormerTitle, Resource, WikiPage
from ..titles import LENGTH, title_key

CRUMBS = [("Home", "/"), ("Wiki", "/wiki/")]
PAGE_SIZE = 50
SOURCES = 5  # named of those that ask for one title


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
    """The titles that are asked for, the most wanted first; with `title` who asks for that one."""
    if "title" in request.GET:
        return _one_wanted(request, " ".join(request.GET["title"].split()))
    number = page_number(request)
    first = (number - 1) * PAGE_SIZE
    found = _most_wanted(red_links(), first, PAGE_SIZE + 1)
    if not found and number > 1:
        raise NoSuchPage
    page = ListPage(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE, "")
    meta = PageMeta(
        title="Wanted pages",
        path="/wiki/wanted/",
        description="Pages that the wiki links to but nobody has written yet.",
        crumbs=[*CRUMBS, ("Wanted pages", "/wiki/wanted/")],
        hidden=True,
    )
    return render(request, "wiki/wanted.html", {"page": page, "meta": meta})


def _one_wanted(request: HttpRequest, title: str) -> HttpResponse:
    """Who asks for the title; once there is a page of it, that page."""
    key = title_key(title)
    if len(title) > LENGTH or not wikilinks.is_linkable(title):
        raise Http404("no title of a page")
    if place := WikiPage.objects.places_of([key]).get(key):
        return redirect(place.path)  # not for ever: the title may go to another page
    found = _most_wanted(red_links().filter(title=key), 0, 1)
    return missing(request, found[0] if found else Wanted(title, 0))


def missing(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    """404: says that the page is wanted, by whom, and how to suggest it."""
    what = f"No page “{wanted.title}” yet" if wanted.title else "No page here yet"
    meta = PageMeta(
        title=what,
        path=request.path,
        description="A wiki page that nobody has written yet.",
        crumbs=[*CRUMBS, (wanted.title or "No page", request.path)],
        hidden=True,
    )
    return render(request, "wiki/missing.html", {"meta": meta, "wanted": wanted}, status=404)


def asking_for(slug: str) -> Wanted:
    """
    The title that public texts ask for and whose slug is `slug`, and the items that do. Where
    none does, the title stays open: it cannot be told from a slug. At most three queries.
    """
    words = " ".join(slug.casefold().replace("-", " ").split())
    # As slugs leave out other signs than hyphens.
    plain = Func(
        Func(F("title"), Value(r"[^\w\s-]"), Value(""), Value("g"), function="regexp_replace"),
        Value(r"[-\s]+"), Value(" "), Value("g"), function="regexp_replace",
        output_field=CharField(),
    )  # fmt: skip
    links = red_links().alias(plain=plain).filter(Q(title=words) | Q(plain=words))
    found = _most_wanted(links, 0, 1)
    return found[0] if found else Wanted("", 0)


def red_links() -> QuerySet:
    """The wikilinks of public pages and resources to titles that no public page has or had."""
    public = Q()
    for model in (WikiPage, Resource):
        items = model.objects.published().filter(pk=OuterRef("source_id")).order_by()
        public |= Q(Exists(items), source_type=ContentType.objects.get_for_model(model))
    pages = WikiPage.objects.published().order_by()
    former = FormerTitle.objects.filter(key=OuterRef("title"), page__in=pages)
    # Of 'Page#Section' the part before the sign is wanted, which has a row of its own.
    return (
        Link.objects.exclude(title="")
        .exclude(title__regex=r"#[^#\s][^#]*$")
        .filter(public, ~Exists(pages.filter(title_key=OuterRef("title"))), ~Exists(former))
    )


def _most_wanted(links: QuerySet, first: int, count: int) -> list[Wanted]:
    """`count` of the titles that `links` lead to, the most wanted first, with sources."""
    rows = links.values("title").annotate(count=Count("pk"))
    rows = rows.order_by("-count", "title")[first : first + count]
    found = {row["title"]: Wanted("", row["count"]) for row in rows}
    if found:
        place = Window(RowNumber(), partition_by="title", order_by="pk")
        some = links.filter(title__in=found).annotate(place=place).filter(place__lte=SOURCES)
        links = list(some.order_by("title", "pk"))
        for link, source in _sources(links):
            wanted = found[link.title]
            wanted.sources.append(source)
            if not wanted.title and title_key(link.text) == link.title:
                wanted.title = link.text
        _read_titles(found, links)
    return list(found.values())


def _read_titles(found: dict[str, Wanted], links: list[Link]) -> None:
    """Take titles that only stand behind other words, [[Title|words]], from the texts."""
    open_titles = {title for title, wanted in found.items() if not wanted.title}
    for model in (WikiPage, Resource) if open_titles else ():
        kind = ContentType.objects.get_for_model(model).pk
        keys = {link.source_id for link in links
                if link.title in open_titles and link.source_type_id == kind}  # fmt: skip
        for html in model.objects.filter(pk__in=keys).values_list("html", flat=True):
            for title in wikilinks.titles_in(html):
                for part in (title, wikilinks.page_and_section(title)[0]):
                    if (key := title_key(part)) in open_titles:
                        found[key].title = found[key].title or part
    for title in open_titles:
        found[title].title = found[title].title or title[:1].upper() + title[1:]


def _sources(links: list[Link]) -> list[tuple[Link, WikiPage | Resource]]:
    """Each link with its source; one query for each kind of source."""
    items: dict[tuple[int, int], WikiPage | Resource] = {}
    for model in (WikiPage, Resource):
        kind = ContentType.objects.get_for_model(model).pk
        keys = {link.source_id for link in links if link.source_type_id == kind}
        if keys:
            rows = model.objects.published().filter(pk__in=keys).only("title", "path")
            items |= {(kind, item.pk): item for item in rows}
    found = [(link, items.get((link.source_type_id, link.source_id))) for link in links]
    return [(link, item) for link, item in found if item is not None]
