"""
Feeds of articles: RSS 2.0 with the whole text (https://www.rssboard.org/rss-specification).
"""

from datetime import UTC, datetime
from io import StringIO
from typing import ClassVar

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from .metadata import absolute
from .prose.cleaning import NOT_IN_XML
from .prose.texts import for_feed

ITEMS = 20
EMPTY = datetime(2000, 1, 1, tzinfo=UTC)  # the date of a feed without items


class WellFormedXml(SimplerXMLGenerator):
    """
    XML without the characters that XML does not know, whatever is stored. Django's generator
    raises an error for some of them and writes the others.
    """

    def characters(self, content):
        super().characters(NOT_IN_XML.sub("", content))

    def startElement(self, name, attrs):  # noqa: N802 - the name is xml.sax's
        cleaned = {key: NOT_IN_XML.sub("", str(value)) for key, value in attrs.items()}
        super().startElement(name, cleaned)


class FullTextRss(Rss201rev2Feed):
    """RSS with content:encoded and one dc:creator for each author. Always well-formed."""

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

    def latest_post_date(self):
        """
        An empty feed does not look new at each request. A feed that says when it last lost an item
        (`lost_at`) does not look older than it did with that item.
        """
        latest = super().latest_post_date() if self.items else EMPTY
        return max(latest, self.feed.get("lost_at") or EMPTY)

    def write(self, outfile, encoding):
        """In one piece: a response, and then the server, would take a thousand small ones."""
        text = StringIO()
        handler = WellFormedXml(text, encoding, short_empty_elements=True)
        handler.startDocument()
        self.add_stylesheets(handler)
        handler.startElement("rss", self.rss_attributes())
        handler.startElement("channel", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        self.endChannelElement(handler)
        handler.endElement("rss")
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

    # The address may change, the guid does not.
    item_guid_is_permalink = False

    def item_guid(self, item):
        return item.guid

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
