from django.shortcuts import get_object_or_404
from django.utils.html import format_html

from competencyworks.core.feeds import ItemFeed
from competencyworks.core.metadata import absolute

from .models import Channel, Digest, Post, Series
from .series import ordinal, parts_of


class PostFeed(ItemFeed):
    """Base of the feeds of posts; each says of a series' part which one it is."""

    def posts(self, obj):
        """The published posts of this feed, newest first."""
        return Post.objects.published().newest()

    def rows(self, obj):
        return self.posts(obj).with_text()

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

    def get_object(self, request, slug):
        return get_object_or_404(Channel, slug=slug)

    def title(self, channel):
        return f"CompetencyWorks: {channel.name}"

    def description(self, channel):
        return channel.tagline

    def list_path(self, channel):
        return channel.get_absolute_url()

    def posts(self, channel):
        return Post.objects.published().filter(channel=channel).newest()


class DigestFeed(PostFeed):
    """The digests of both blogs."""

    title = "CompetencyWorks: What’s New"
    description = "Links worth following on competency education, gathered with notes."

    def list_path(self, obj):
        return "/blog/whats-new/"

    def posts(self, obj):
        return Digest.objects.published().newest()


class SeriesFeed(PostFeed):
    """One series, its newest parts first."""

    def get_object(self, request, slug):
        return get_object_or_404(Series.objects.published().light(), slug=slug)

    def title(self, series):
        return f"CompetencyWorks: {series.title}"

    def description(self, series):
        return f"The parts of the series “{series.title}”."

    def list_path(self, series):
        return series.path

    def posts(self, series):
        return Post.objects.published().filter(series=series).newest()
