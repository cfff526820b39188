"""
Feeds of articles: RSS 2.0 with the whole text (https://www.rssboard.org/rss-specification).
"""

from io import StringIO
from typing import ClassVar

from django.contrib.syndication.views import Feed
from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Rss201rev2Feed

from .metadata import absolute
from .prose.texts import for_feed

ITEMS = 20


class FullTextRss(Rss201rev2Feed):
    """RSS with content:encoded and one dc:creator for each author."""

    def rss_attributes(self):
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", item["content"])

    def write(self, outfile, encoding):
        """In one piece: a response, and then the server, would take a thousand small ones."""
        text = StringIO()
        super().write(text, encoding)
        outfile.write(text.getvalue())


class ItemFeed(Feed):
    """
    Base of the feeds of publishable items.

    A feed says in `rows(obj)` which published items it holds; `list_path(obj)` is the page
    below which it stands.
    """

    feed_type = FullTextRss
    language = "en-us"
    feed_copyright: ClassVar[str | None] = None

    def rows(self, obj):
        raise NotImplementedError

    def list_path(self, obj) -> str:
        raise NotImplementedError

    def items(self, obj):
        return list(self.rows(obj)[:ITEMS])

    def link(self, obj):
        return absolute(self.list_path(obj))

    def feed_url(self, obj):
        return absolute(self.list_path(obj) + "feed/")

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return item.lead

    def item_link(self, item):
        return absolute(item.path)

    def item_guid(self, item):
        return iri_to_uri(absolute(item.path))

    def item_pubdate(self, item):
        return item.publish_at

    def item_updateddate(self, item):
        return item.updated_at

    def item_content(self, item) -> str:
        """The whole text, with addresses that hold outside of the site."""
        return for_feed(item.html, absolute(item.path))

    def item_extra_kwargs(self, item):
        return {
            "creators": [person["name"] for person in getattr(item, "byline", ())],
            "content": self.item_content(item),
        }
