"""Recent changes of the wiki, as a page and as a feed, follow what is published."""

import pytest
from django.utils import timezone
from lxml import etree

from competencyworks.core import revisions
from tests import factories

pytestmark = pytest.mark.django_db


def published(title: str):
    """A page of the wiki that appears now, with its first revision."""
    page = factories.wiki_page(title, publish_at=timezone.now())
    revisions.record(page, reason="First version")
    return page


def titles_in_feed(client) -> list[str]:
    feed = etree.fromstring(client.get("/wiki/recent/feed/").content)
    return [item.findtext("title") for item in feed.findall("channel/item")]


@pytest.mark.parametrize("query", ["", "?kind=pages"])
def test_what_is_published_after_the_first_view_appears_on_the_page(client, query):
    published("The first page")
    assert "The first page" in client.get(f"/wiki/recent/{query}").content.decode()
    published("The second page")
    assert "The second page" in client.get(f"/wiki/recent/{query}").content.decode()


def test_what_is_published_after_the_first_view_appears_in_the_feed(client):
    published("The first page")
    assert titles_in_feed(client) == ["New: The first page"]
    published("The second page")
    assert titles_in_feed(client) == ["New: The second page", "New: The first page"]
