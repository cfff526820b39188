"""
The sitemap: every public address once, with the day of its last change.

Addresses in it are escaped (https://www.sitemaps.org/protocol.html#escaping).
"""

from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.utils.encoding import iri_to_uri
from django.utils.functional import cached_property
from taggit.models import Tag

from blog.models import Channel, Digest, Post, Series
from competencyworks.core.models import Person, State, Topic

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
        return self.rows().aggregate(latest=Max("updated_at"))["latest"]

    def location(self, item):
        return iri_to_uri(item.path)


class ListSitemap(SiteSitemap):
    """Pages of lists: the fixed ones, and those of terms and people that have something."""

    def items(self):
        return self.changes

    @cached_property
    def changes(self) -> list[tuple[str, datetime]]:
        """Path and last change of each list: the last change of what is on it."""
        posts = Post.objects.published()
        latest = posts.aggregate(latest=Max("updated_at"))["latest"]
        series = Series.objects.published().aggregate(latest=Max("updated_at"))["latest"]
        digests = Digest.objects.published().aggregate(latest=Max("updated_at"))["latest"]
        changes = {"/": latest, "/blog/": latest, "/topics/": latest, "/series/": series}
        if digests:
            changes["/blog/whats-new/"] = digests
        for model, posts_of in ((Channel, "posts"), (State, "post_items"), (Person, "posts")):
            for row in _with_latest(model, posts_of, posts):
                changes[row.get_absolute_url()] = row.latest
        for tag in _with_latest(Tag, "post", posts):
            changes[f"/tags/{tag.slug}/"] = tag.latest
        changes |= _topic_changes(posts)
        return list(changes.items())

    def location(self, item):
        return iri_to_uri(item[0])

    def lastmod(self, item):
        return item[1]


def _with_latest(model, posts_of: str, posts: QuerySet) -> QuerySet:
    """The rows of `model` that have one of `posts`, with the last change of these."""
    rows = model.objects.filter(**{f"{posts_of}__in": posts.values("pk")})
    return rows.annotate(latest=Max(f"{posts_of}__updated_at")).order_by("pk")


def _topic_changes(posts: QuerySet) -> dict[str, datetime]:
    """Path and last change of each topic; its page shows what stands below it as well."""
    topics = {topic.pk: topic for topic in Topic.objects.all()}
    changes: dict[str, datetime] = {}
    for row in _with_latest(Topic, "post_items", posts):
        topic = topics[row.pk]
        while topic:
            path = topic.get_absolute_url()
            changes[path] = max(row.latest, changes.get(path, row.latest))
            topic = topics.get(topic.parent_id)
    return changes


SITEMAPS = {
    "posts": PublishedSitemap(Post),
    "series": PublishedSitemap(Series),
    "pages": PublishedSitemap(Page),
    "lists": ListSitemap,  # made anew for each request: it remembers what it read
}
