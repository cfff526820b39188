from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from competencyworks.core.citations import apa
from competencyworks.core.discussion.threads import conversation
from competencyworks.core.metadata import PageMeta, absolute, meta_for
from competencyworks.core.prepared import Prepared

from ..models import Resource
from ..pages.views import html_of
from ..states.tiles import DRAWING
from ..suggesting.from_comments import origin_of
from .by_state import map_of
from .citing import work_of
from .facets import as_html, facets_of
from .facts import facts_of
from .filters import NAMES, SORTS, VIEWS, filters_of, has_blanks
from .structured import description_of, resource_data

HOME = ("Home", "/")
WIKI = ("Wiki", "/wiki/")
RESOURCES = ("Resources", "/wiki/resources/")

SELECTS = ("kind", "topic", "state", "grade", "audience", "publisher", "tag")

RESOURCE = Prepared(lambda at, slug: Resource.objects.published(at).whole(at).filter(slug=slug))


def index(request: HttpRequest) -> HttpResponse:
    """The catalogue, or what is left of it by the filters that the address names."""
    filters = filters_of(request.GET, RESOURCES[1])
    if has_blanks(request.GET):
        # A form sends its empty fields too; the address that readers keep is without them.
        return HttpResponseRedirect(filters.address())
    is_map = filters.view == "map"
    page = None if is_map else filters.listing().page(request, **filters.values)
    is_plain = not (filters.given or filters.ignored or filters.sort != "newest")
    number = {"page": str(page.number)} if page and page.number > 1 else {}
    meta = PageMeta(
        title=f"Resources: {filters.says}" if filters.given else "Resources",
        path=filters.address() if not number else f"{RESOURCES[1]}?{urlencode(number)}",
        description="Reports, articles, tools, videos, courses, policies, providers, and "
        "examples from across the field of competency education, and why each is "
        "worth your time.",
        crumbs=[HOME, WIKI, RESOURCES],
        hidden=not is_plain or filters.view != "list",
    )
    facets = facets_of(filters)
    context = {
        "page": page,
        "meta": meta,
        "filters": filters,
        "facets": facets,
        "fields": [(name, NAMES[name], as_html(facets.options[name])) for name in SELECTS],
        "views": [(name, filters.address(view=name), name == filters.view) for name in VIEWS],
        "map": map_of(filters) if is_map and facets.total else None,
        "drawing": DRAWING,
        "sorts": [(value, words, value == filters.sort) for value, words in SORTS.items()],
    }
    return render(request, "wiki/resources.html", context)


def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """One resource."""
    return render_resource(request, RESOURCE.get_or_404(slug=slug))


def render_resource(request: HttpRequest, item: Resource, preview: bool = False) -> HttpResponse:
    """The page of `item` (from ResourceQuerySet.whole()), for the public or as a preview."""
    talk = conversation(item, request.GET.get("comments", "1"))
    work = work_of(item)
    meta = meta_for(
        item,
        [HOME, WIKI, RESOURCES, (item.title, item.path)],
        kind="article",
        feeds=[(f"Comments on “{item.title}”", f"{item.path}feed/")] if talk.is_shown else [],
    )
    meta.description = description_of(item)
    meta.data = [resource_data(item, meta.description)]
    context = {
        "item": item,
        "html": html_of(item),
        "facts": facts_of(item),
        "citation": work and apa(work),
        "origin": origin_of(item),
        "talk": talk,
        "meta": talk.meta(meta) if talk.number > 1 else meta,
        "url": absolute(item.path),
        "preview": preview,
    }
    return render(request, "wiki/resource.html", context)


def preview_of(pk: int) -> Resource:
    """The resource with this key, public or not, with all that render_resource() wants."""
    return Resource.objects.whole(timezone.now()).get(pk=pk)
