"""Feeds of comments, of one item and of all."""

import pytest
from lxml import etree

pytestmark = pytest.mark.django_db

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def items(response) -> list:
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/rss+xml")
    return etree.fromstring(response.content).findall("channel/item")


def titles(response) -> list[str]:
    return [item.findtext("title") for item in items(response)]


def test_an_item_has_a_feed_of_what_is_said_under_it(client, make):
    item = make.post(title="Pace")
    make.comment(item, name="Ana", created_at=make.ago(hours=2))
    newest = make.comment(item, name="Ben", body='<p>See <a href="/x">x</a>.</p>')
    make.comment(item, status="spam")
    make.comment(item, kind="pingback")
    make.comment(make.post())
    feed = client.get(f"{item.path}feed/")
    assert titles(feed) == ["Ben on “Pace”", "Ana on “Pace”"]
    first = items(feed)[0]
    assert first.findtext("link").endswith(f"/comments/{newest.pk}/")
    assert 'rel="nofollow ugc"' in first.findtext(CONTENT)
    assert f'href="{item.path}feed/"' in client.get(item.path).content.decode()


@pytest.mark.parametrize("kind", ["post", "page"])
def test_every_kind_that_is_discussed_has_one(client, make, kind):
    item = getattr(make, kind)()
    make.comment(item)
    assert len(items(client.get(f"{item.path}feed/"))) == 1
    hidden = getattr(make, kind)(public=False)
    assert client.get(f"{hidden.path}feed/").status_code == 404


def test_the_feed_of_all_holds_what_readers_can_find(client, make):
    make.comment(make.post(title="Pace"), name="Ana")
    make.comment(make.page(title="About"), name="Ben", created_at=make.ago(hours=1))
    make.comment(make.post(public=False))
    make.comment(make.post(publish_at=make.ahead(days=1)))
    make.comment(make.post(), status="waiting")
    assert titles(client.get("/comments/feed/")) == ["Ana on “Pace”", "Ben on “About”"]


def test_feeds_cost_the_same_for_many(client, make, django_assert_num_queries):
    client.get("/comments/feed/")
    for count in (1, 10):
        for _ in range(count):
            item = make.post()
            make.comment(item)
            make.comment(make.page())
        client.get("/comments/feed/")
        with django_assert_num_queries(4):
            client.get("/comments/feed/")
        with django_assert_num_queries(3):  # the item, comments, what was taken away
            client.get(f"{item.path}feed/")


@pytest.mark.parametrize("path", ["/nothing/feed/", "/a/b/c/feed/", "/a%00b/feed/"])
def test_nothing_has_no_feed(client, path):
    assert client.get(path).status_code == 404
