from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from competencyworks.core.discussion.threads import conversation
from competencyworks.core.links.notices import with_notices
from competencyworks.core.metadata import PageMeta, absolute, describe, meta_for, publisher
from competencyworks.core.models import Image
from competencyworks.core.prepared import Prepared
from competencyworks.core.prose.texts import image_ids, with_pictures

from .. import wikilinks
from ..models import Resource, WikiPage
from ..models.page_rows import NEWEST
from .wanted import asking_for, missing

HOME = ("Home", "/")
WIKI = ("Wiki", "/wiki/")
RECENT_FEED = ("Recent changes in the wiki", "/wiki/recent/feed/")

PAGE = Prepared(lambda at, slug: WikiPage.objects.published(at).whole(at).filter(slug=slug))
# The pages over one, and those right below it.
FAMILY = Prepared(
    lambda at, page, above: (
        WikiPage.objects.published(at)
        .filter(Q(parent=page) | Q(pk__in=above))
        .in_tree()
        .only("title", "path", "parent")
    )
)
RESOURCES = Prepared(
    lambda at, keys: (
        Resource.objects.published(at)
        .filter(pk__in=keys)
        .only("title", "path", "kind", "publisher", "year", "why")
    )
)


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic page, or word that nobody has written it yet."""
    item = PAGE.first(slug=slug)
    return missing(request, asking_for(slug)) if item is None else render_page(request, item)


def render_page(request: HttpRequest, item: WikiPage, preview: bool = False) -> HttpResponse:
    """The page of `item` (from WikiPageQuerySet.whole()), for the public or as a preview."""
    family = {one.pk: one for one in FAMILY.rows(page=item.pk, above=item.above or [0])}
    above = [family[key] for key in reversed(item.above) if key in family]
    talk = conversation(item, request.GET.get("comments", "1"))
    contributors = contributors_of(item)
    meta = meta_for(
        item,
        [HOME, WIKI, *((one.title, one.path) for one in above), (item.title, item.path)],
        kind="article",
        authors=contributors,
        feeds=[RECENT_FEED, (f"Comments on “{item.title}”", f"{item.path}feed/")],
    )
    meta.description = wikilinks.plain_words(item.seo_description) or describe(item.lead)
    meta.data = [_data(item, contributors, meta)]
    context = {
        "item": item,
        "html": html_of(item),
        "children": [one for one in family.values() if one.parent_id == item.pk],
        "resources": resources_on(item),
        "contributors": contributors,
        "talk": talk,
        "meta": talk.meta(meta) if talk.number > 1 else meta,
        "url": absolute(item.path),
        "preview": preview,
    }
    return render(request, "wiki/page.html", context)


def html_of(item: WikiPage | Resource):
    """The text of a page or resource with its wikilinks and pictures. Two queries at most."""
    places = WikiPage.objects.places_of(
        wikilinks.keys_in(item.html), with_contents=wikilinks.has_sections(item.html)
    )
    images = Image.objects.in_bulk(image_ids(item.html)) if "<img" in item.html else {}
    return with_pictures(with_notices(item, wikilinks.resolved(item.html, places)), images)


def contributors_of(item: WikiPage) -> list[dict[str, str]]:
    """
    Who wrote the text: readers whose words were taken over, and else those who saved it, each
    once, in the order in which they came. Wants `writers` of WikiPageQuerySet.whole().
    """
    found: dict[str, dict[str, str]] = {}
    for save in item.writers:
        name = save["reader"] or save["name"]
        if name:
            slug = "" if save["reader"] else save["slug"] or ""
            found.setdefault(name, {"name": name, "slug": slug})
    return list(found.values())


def resources_on(item: WikiPage) -> list[Resource]:
    """The resources that `item` lists, those set in place first, each with a `note`."""
    kinds = WikiPage.Listed
    chosen = item.chosen if item.listed in (kinds.CHOSEN, kinds.BOTH) else []
    keys = [row["pk"] for row in chosen]
    if item.listed in (kinds.QUERY, kinds.BOTH):
        keys += [key for key in item.newest if key not in keys][:NEWEST]
    if not keys:
        return []
    notes = {row["pk"]: row["note"] for row in chosen}
    rows = {resource.pk: resource for resource in RESOURCES.rows(keys=keys)}
    found = [rows[key] for key in keys if key in rows]
    for resource in found:
        resource.note = notes.get(resource.pk) or resource.why
    return found


def preview_of(pk: int) -> WikiPage:
    """The page with this key, public or not, with all that render_page() wants."""
    return WikiPage.objects.whole(timezone.now()).get(pk=pk)


def _data(item: WikiPage, contributors, meta: PageMeta) -> dict[str, Any]:
    """`item` as a schema.org/Article (https://schema.org/Article)."""
    people = [
        {
            "@type": "Person",
            "name": one["name"],
            **({"url": absolute(f"/people/{one['slug']}/")} if one["slug"] else {}),
        }
        for one in contributors
    ]
    data: dict[str, Any] = {
        "@type": "Article",
        "headline": item.title[:110],
        "description": meta.description,
        "url": absolute(item.path),
        "mainEntityOfPage": absolute(item.path),
        "datePublished": item.publish_at.isoformat() if item.publish_at else None,
        "dateModified": item.updated_at.isoformat(),
        "author": people or [publisher()],
        "publisher": publisher(),
        "about": [topic["name"] for topic in item.topic_list],
        "keywords": [tag["name"] for tag in item.tag_list],
    }
    if item.picture:
        data["image"] = absolute(item.picture.file.url)
    return {key: value for key, value in data.items() if value}
