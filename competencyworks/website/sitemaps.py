"""
The sitemap: every public address once, with the day of its last change.

Addresses in it are escaped (https://www.sitemaps.org/protocol.html#escaping).
"""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.functional import cached_property
from taggit.models import Tag

from blog.models import Channel, Digest, Paper, Post, Series
from competencyworks.core.models import Person, State, Topic
from events.models import Event
from wiki.models import Resource, WikiPage

from .models import Page


class SiteSitemap(Sitemap):
    """Base: addresses are built from SITE_URL rather than from the request."""

    protocol = settings.SITE_URL.split("://", 1)[0]

    def get_domain(self, site=None):
        return settings.SITE_URL.split("://", 1)[1]


class PublishedSitemap(SiteSitemap):
    """The published items of one kind that search engines may list."""

    def __init__(self, model):
        self.model = model

    def rows(self):
        return self.model.objects.published().filter(hide_from_search_engines=False)

    def items(self):
        return self.rows().only("path", "updated_at").order_by("pk")

    def lastmod(self, item):
        return item.updated_at

    def get_latest_lastmod(self):
        return self.latest

    @cached_property
    def latest(self) -> datetime | None:
        return _latest(self.rows())

    def location(self, item):
        return iri_to_uri(item.path)


class ListSitemap(SiteSitemap):
    """Pages of lists: the fixed ones, and those of terms and people that have something."""

    def items(self):
        return self.changes

    @cached_property
    def changes(self) -> list[tuple[str, datetime]]:
        """Path and last change of each list: the last change of what is on it."""
        posts, papers = Post.objects.published(), Paper.objects.published()
        events, pages = Event.objects.published(), WikiPage.objects.published()
        resources = Resource.objects.published()
        providers = resources.filter(kind=Resource.Kind.PROVIDER)
        policies = resources.filter(kind=Resource.Kind.POLICY)
        last_post = _latest(posts)
        changes = dict.fromkeys(("/", "/blog/", "/topics/", "/subscribe/"), last_post)
        changes["/series/"] = _latest(Series.objects.published())
        if digests := _latest(Digest.objects.published()):
            changes["/blog/whats-new/"] = digests
        changes["/papers/"] = _latest(papers)
        changes |= dict.fromkeys(("/events/", "/events/past/"), _latest(events))
        changes |= dict.fromkeys(("/wiki/", "/wiki/recent/"), _latest(pages))
        changes["/wiki/resources/"] = _latest(resources)
        changes["/wiki/providers/"] = _latest(providers)
        changes["/wiki/states/"] = _latest(policies)
        on_terms = {
            "post_items": posts,
            "paper_items": papers,
            "event_items": events,
            "wikipage_items": pages,
            "resource_items": resources,
        }
        for model, items in (
            (Channel, {"posts": posts}),
            (State, on_terms),
            (Person, {"posts": posts, "papers": papers, "events": events}),
            (Tag, {name.removesuffix("_items"): rows for name, rows in on_terms.items()}),
        ):
            for row in _with_latest(model, items):
                _note(changes, row.get_absolute_url(), row.latest)
        of_states = (latest for path, latest in changes.items() if path.startswith("/states/"))
        changes["/states/"] = max(of_states, default=None)
        topics = {topic.pk: topic for topic in Topic.objects.offered()}
        for row in _with_latest(Topic, on_terms):
            # The page of a topic shows what stands below it as well.
            topic = topics.get(row.pk)
            while topic:
                _note(changes, topic.get_absolute_url(), row.latest)
                topic = topics.get(topic.parent_id)
        # A list of nothing has not changed since the site began.
        first = min(filter(None, changes.values()), default=None)
        return [(path, latest or first) for path, latest in changes.items()]

    def location(self, item):
        return iri_to_uri(item[0])

    def lastmod(self, item):
        return item[1]


def index(request: HttpRequest) -> HttpResponse:
    """The sitemaps that hold something: an empty one is none by the protocol."""
    sitemaps = {name: make() for name, make in SITEMAPS.items()}
    filled = {name: site for name, site in sitemaps.items() if site.get_latest_lastmod()}
    return views.index(request, filled, sitemap_url_name="website:sitemap_section")


def section(request: HttpRequest, section: str) -> HttpResponse:
    return views.sitemap(request, SITEMAPS, section)


def _latest(rows: QuerySet) -> datetime | None:
    """The last change of any of `rows`."""
    return rows.aggregate(latest=Max("updated_at"))["latest"]


def _note(changes: dict[str, datetime], path: str, latest: datetime) -> None:
    changes[path] = max(latest, changes.get(path, latest))


def _with_latest(model, items: dict[str, QuerySet]) -> QuerySet:
    """
    The rows of `model` that have any of `items` (by the name of the relation), with the last
    change of these: a row for each relation, in one query.
    """
    first, *others = (
        model.objects.filter(**{f"{name}__in": rows.values("pk")})
        .only("slug")
        .annotate(latest=Max(f"{name}__updated_at"))
        .order_by()
        for name, rows in items.items()
    )
    return first.union(*others, all=True) if others else first


# Each request makes its own sitemaps, because they remember what they read.
SITEMAPS = {
    "posts": partial(PublishedSitemap, Post),
    "series": partial(PublishedSitemap, Series),
    "papers": partial(PublishedSitemap, Paper),
    "events": partial(PublishedSitemap, Event),
    "wiki": partial(PublishedSitemap, WikiPage),
    "resources": partial(PublishedSitemap, Resource),
    "pages": partial(PublishedSitemap, Page),
    "lists": ListSitemap,
}
