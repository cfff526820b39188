"""The sitemap: every public address once, with the day of its last change."""

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from taggit.models import Tag

from blog.models import Channel, Post, Series
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
        return item.path


class PathSitemap(SiteSitemap):
    """Pages of lists: the fixed ones, and those of terms and people that have something."""

    def items(self):
        posts = Post.objects.published().values("pk")
        paths = ["/", "/blog/", "/series/", "/topics/"]
        paths += [channel.get_absolute_url() for channel in Channel.objects.all()]
        for model, prefix in ((Topic, "topics"), (State, "states")):
            slugs = model.objects.filter(post_items__in=posts).values_list("slug", flat=True)
            paths += [f"/{prefix}/{slug}/" for slug in slugs.distinct().order_by("slug")]
        people = Person.objects.filter(posts__in=posts).values_list("slug", flat=True)
        paths += [f"/people/{slug}/" for slug in people.distinct().order_by("slug")]
        tags = Tag.objects.filter(post__in=posts).values_list("slug", flat=True)
        paths += [f"/tags/{slug}/" for slug in tags.distinct().order_by("slug")]
        return paths

    def location(self, path):
        return path


SITEMAPS = {
    "posts": PublishedSitemap(Post),
    "series": PublishedSitemap(Series),
    "pages": PublishedSitemap(Page),
    "lists": PathSitemap(),
}
