from collections.abc import Callable
from typing import Any

from django.utils.html import format_html

from competencyworks.core.feeds import ITEMS, ItemFeed
from competencyworks.core.metadata import absolute
from competencyworks.core.prepared import Prepared

from .models import Channel, Digest, Post, PostQuerySet, Series
from .series import ordinal, parts_of

CHANNEL = Prepared(lambda at, slug: Channel.objects.filter(slug=slug))
SERIES = Prepared(lambda at, slug: Series.objects.published(at).light().filter(slug=slug))


def for_feed(rows: Callable[..., PostQuerySet]) -> Prepared:
    """The newest of `rows` (as `Prepared` wants them) with all that a feed tells of them."""
    return Prepared(lambda **values: rows(**values).with_text()[:ITEMS])


class PostFeed(ItemFeed):
    """
    Base of the feeds of posts; each says of a series' part which one it is.

    `found` are the posts of the feed, `values()` what they are asked for with.
    """

    found = for_feed(lambda at: Post.objects.published(at).newest())

    def values(self, obj) -> dict[str, Any]:
        return {}

    def rows(self, obj):
        return self.found.rows(**self.values(obj))

    def items(self, obj):
        posts = super().items(obj)
        parts = parts_of([post.series_id for post in posts if post.series_id])
        for post in posts:
            post.part = next(
                (part for part in parts.get(post.series_id, ()) if part.pk == post.pk), None
            )
        return posts

    def item_categories(self, item):
        return [term["name"] for term in (*item.topic_list, *item.tag_list)]

    def item_content(self, item):
        content = super().item_content(item)
        if not item.part or not item.series.is_public:
            return content
        return (
            format_html(
                '<p>This is the {} article in the series <a href="{}">{}</a>.</p>',
                ordinal(item.part.number),
                absolute(item.series.path),
                item.series.title,
            )
            + content
        )


class BlogFeed(PostFeed):
    """Everything on both blogs."""

    title = "CompetencyWorks: all posts"
    description = "New posts on competency education in K-12 and higher education."

    def list_path(self, obj):
        return "/blog/"


class ChannelFeed(PostFeed):
    """One channel."""

    found = for_feed(
        lambda at, channel: Post.objects.published(at).filter(channel=channel).newest()
    )

    def get_object(self, request, slug):
        return CHANNEL.get_or_404(slug=slug)

    def title(self, channel):
        return f"CompetencyWorks: {channel.name}"

    def description(self, channel):
        return channel.tagline

    def list_path(self, channel):
        return channel.get_absolute_url()

    def values(self, channel):
        return {"channel": channel.pk}


class DigestFeed(PostFeed):
    """The digests of both blogs."""

    title = "CompetencyWorks: What’s New"
    description = "Links worth following on competency education, with a note on each."
    found = for_feed(lambda at: Digest.objects.published(at).newest())

    def list_path(self, obj):
        return "/blog/whats-new/"


class SeriesFeed(PostFeed):
    """One series, its newest parts first."""

    found = for_feed(lambda at, series: Post.objects.published(at).filter(series=series).newest())

    def get_object(self, request, slug):
        return SERIES.get_or_404(slug=slug)

    def title(self, series):
        return f"CompetencyWorks: {series.title}"

    def description(self, series):
        return f"The parts of the series “{series.title}”."

    def list_path(self, series):
        return series.path

    def values(self, series):
        return {"series": series.pk}
