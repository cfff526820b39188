"""What feed readers know an item by stays the same for its life."""

from importlib import import_module

import pytest
from django.apps import apps
from lxml import etree

from competencyworks.core import guids, revisions
from events.copying import copy
from tests import factories
from tests.events.factories import event

pytestmark = pytest.mark.django_db


def guids_in(client, address: str) -> list[str]:
    feed = etree.fromstring(client.get(address).content)
    return [item.findtext("guid") for item in feed.findall("channel/item")]


def test_a_changed_slug_and_month_make_no_post_new(client):
    post = factories.post(slug="first")
    before = guids_in(client, "/feed/")
    post.slug, post.publish_at = "second", factories.ago(days=400)
    post.save()
    assert post.path.endswith("/second/")
    assert guids_in(client, "/feed/") == before == [post.guid]


@pytest.mark.parametrize(
    ("make", "address"),
    [(factories.paper, "/papers/feed/"), (event, "/events/feed/")],
)
def test_a_changed_slug_makes_no_other_item_new(client, make, address):
    item = make(slug="first")
    before = guids_in(client, address)
    item.slug = "second"
    item.save()
    assert guids_in(client, address) == before == [item.guid]


def test_a_renamed_page_makes_no_change_of_the_wiki_new(client):
    page = factories.wiki_page("First", slug="first")
    revisions.record(page, reason="One")
    page.title = "Second"
    page.save()
    revisions.record(page, reason="Two")
    before = guids_in(client, "/wiki/recent/feed/")
    page.slug = "second"
    page.save()
    assert guids_in(client, "/wiki/recent/feed/") == before
    assert len(set(before)) == 2


def test_a_restored_item_and_a_copied_one_have_guids_of_their_own():
    post = factories.post(title="First")
    revisions.record(post)
    guid = post.guid
    post.title = "Second"
    post.save()
    revisions.record(post)
    revisions.restore(post, revisions.history(post).get(number=1))
    post.refresh_from_db()
    assert (post.title, post.guid) == ("First", guid)
    original = event()
    assert copy(original).guid != original.guid


def test_what_was_there_before_keeps_the_address_that_feeds_told(settings):
    plain, other = factories.post(slug="pace"), factories.post(slug="fähig")
    guids.keep_addresses("blog", "post")(apps, None)
    plain.refresh_from_db()
    other.refresh_from_db()
    assert plain.guid == settings.SITE_URL + plain.path
    assert other.guid.endswith("/f%C3%A4hig/")


@pytest.mark.parametrize(
    "module",
    [
        "blog.migrations.0009_guids",
        "events.migrations.0008_guids",
        "wiki.migrations.0007_guids",
        "competencyworks.website.migrations.0016_guids",
    ],
)
def test_the_migrations_can_be_undone(module):
    assert all(each.reversible for each in import_module(module).Migration.operations)
