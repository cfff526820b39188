"""How curators look after addresses: the list, what can be done, the front page of the admin."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core import revisions
from competencyworks.core.links import checking
from competencyworks.core.models import Link, OutsideAddress
from tests import factories
from tests.conftest import signed_in
from tests.core.links.health.conftest import cite

pytestmark = pytest.mark.django_db
LIST = "/admin/core/outsideaddress/"


@pytest.fixture
def curator(db):
    client = signed_in("curator")
    client.user.groups.add(Group.objects.get(name="Curator"))
    return client


def change(row: OutsideAddress, **columns) -> OutsideAddress:
    OutsideAddress.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def act(client, action: str, *rows: OutsideAddress) -> str:
    keys = [row.pk for row in rows]
    fields = {"action": action, "_selected_action": keys, "_confirmed": "1"}
    return client.post(LIST, fields, follow=True).content.decode()


def test_the_list_says_how_addresses_are_and_how_often_they_are_cited(curator):
    row = change(cite("https://example.org/a"), health="dead", trouble="Status 404.")
    factories.post(body='<p><a href="http://example.org/a">x</a></p>', public=False)
    page = curator.get(LIST).content.decode()
    assert "example.org/a" in page
    assert '<span class="cw-stage cw-link-dead">Dead</span>' in page
    assert "Status 404." in page
    assert '<td class="field-cited">2</td>' in page
    page = curator.get(f"{LIST}{row.pk}/change/").content.decode()
    post = factories.Post.objects.order_by("pk").first()
    assert (
        f'<a href="/admin/blog/post/{post.pk}/change/">{post.title}</a> (post, published)' in page
    )
    assert "(post, draft)" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("health__exact=dead", {"a.example/dead", "b.example/unseen"}),
        ("host=a.example", {"a.example/dead", "a.example/moved"}),
        ("moved_for_good__exact=1", {"a.example/moved"}),
        ("health__exact=dead&cited=public", {"a.example/dead"}),
        ("cited=nothing", {"b.example/uncited"}),
        ("q=unseen", {"b.example/unseen"}),
    ],
)
def test_filters(curator, query, found):
    change(cite("https://a.example/dead"), health="dead")
    change(cite("https://a.example/moved"), moved_for_good=True, health="alive")
    change(cite("https://b.example/unseen", public=False), health="dead")
    OutsideAddress.objects.create(
        key="b.example/uncited", url="https://b.example/uncited", host="b"
    )
    answer = curator.get(f"{LIST}?{query}")
    assert {row.key for row in answer.context["cl"].result_list} == found


def test_its_page_shows_the_archived_copy_with_its_day(curator):
    row = change(
        cite("https://example.org/a"), archived_url="https://web.archive.example/1",
        archived_at=datetime(2014, 3, 2, 10, tzinfo=UTC),
    )  # fmt: skip
    page = curator.get(f"{LIST}{row.pk}/change/").content.decode()
    assert '<a href="https://web.archive.example/1" rel="noreferrer">From March 2, 2014</a>' in page
    change(row, archived_at=None)
    page = curator.get(f"{LIST}{row.pk}/change/").content.decode()
    assert 'rel="noreferrer">https://web.archive.example/1</a>' in page
    change(row, archived_url="")
    assert "None found" in curator.get(f"{LIST}{row.pk}/change/").content.decode()


def test_the_list_costs_the_same_for_more_addresses(curator):
    counts = []
    for _ in range(2):
        for _ in range(3):
            number = OutsideAddress.objects.count()
            change(cite(f"https://{number}.example/a"), health="dead")
        curator.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            curator.get(f"{LIST}?cited=public")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_an_address_can_be_checked_again_now(curator):
    row = change(cite("https://example.org/a"), next_check_at=factories.ahead(days=80))
    assert "will be checked in the next round of checks" in act(curator, "check_again", row)
    assert checking.due().get() == row


def test_an_address_can_be_marked_as_fine(curator):
    row = change(
        cite("https://example.org/a"), health="dead", failed_days=3,
        last_failed_on=factories.ago(days=1).date(), trouble="Status 403.",
    )  # fmt: skip
    assert "will not be checked for 90 days" in act(curator, "mark_as_fine", row)
    row.refresh_from_db()
    assert (row.health, row.failed_days, row.trouble) == ("alive", 0, "")
    assert row.next_check_at > factories.ahead(days=89)
    history = curator.get(f"{LIST}{row.pk}/history/").content.decode()
    assert "Marked as working." in history


def test_who_may_not_change_addresses_can_do_nothing_to_them(moderator, author):
    row = change(cite("https://example.org/a"), health="dead")
    for client in (moderator, author):
        assert client.get(LIST).status_code == 403
        client.post(LIST, {"action": "mark_as_fine", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.health == "dead"


def test_the_front_page_tells_of_dead_links_that_readers_meet(curator, moderator):
    assert "no longer work" not in curator.get("/admin/").content.decode()
    change(cite("https://example.org/a"), health="dead")
    change(cite("https://example.org/b", public=False), health="dead")
    change(cite("https://example.org/c"), health="failing")
    page = curator.get("/admin/").content.decode()
    assert "1 link on our pages no longer works." in page
    assert f"{LIST}?health__exact=dead&amp;cited=public" in page
    change(cite("https://example.org/d"), health="dead")
    assert "2 links on our pages no longer work." in curator.get("/admin/").content.decode()
    assert "no longer work" not in moderator.get("/admin/").content.decode()


# --- The new address of what moved for good -----------------------------------------------


def moved(url: str, to: str, **more) -> OutsideAddress:
    return change(cite(url, **more), health="alive", moved_for_good=True, leads_to=to)


def test_texts_are_led_to_the_new_address_with_a_revision(editor):
    row = moved("https://example.org/old", "https://new.example/it?a=1&b=2")
    page = factories.page(
        body='<p><a href="http://www.example.org/old/" title="T">It</a>, '
        '<a href="https://example.org/older">other</a></p>'
    )
    resource = factories.resource(url="https://example.org/old")
    assert "Links in 3 texts were updated" in act(editor, "replace_moved", row)
    page.refresh_from_db()
    assert page.body == (
        '<p><a href="https://new.example/it?a=1&amp;b=2" title="T">It</a>, '
        '<a href="https://example.org/older">other</a></p>'
    )
    resource.refresh_from_db()
    assert resource.url == "https://new.example/it?a=1&b=2"
    assert resource.outside.key == "new.example/it?a=1&b=2"
    assert not Link.objects.filter(outside=row).exists()
    revision = revisions.history(page).first()
    assert revision.author == editor.user
    assert revision.reason.startswith("https://example.org/old has moved to https://new.example/it")


def test_biographies_and_websites_of_people_are_led_to_the_new_address(editor):
    row = moved("https://example.org/old", "https://new.example/it")
    ana = factories.person(
        bio='<p><a href="https://example.org/old">It</a></p>', website="https://example.org/old"
    )
    assert "Links in 2 texts were updated" in act(editor, "replace_moved", row)
    ana.refresh_from_db()
    assert (ana.bio, ana.website) == (
        '<p><a href="https://new.example/it">It</a></p>', "https://new.example/it",
    )  # fmt: skip
    told = LogEntry.objects.get(object_id=str(ana.pk), content_type__model="person")
    assert "has moved to https://new.example/it" in told.change_message


def test_an_address_that_a_field_has_no_room_for_is_left(editor):
    row = moved("https://example.org/old", f"https://new.example/{'x' * 600}")
    ana = factories.person(website="https://example.org/old")
    assert "1 texts were not changed" in act(editor, "replace_moved", row)
    ana.refresh_from_db()
    assert ana.website == "https://example.org/old"


def test_texts_that_one_may_not_change_are_left(curator):
    row = moved("https://example.org/old", "https://new.example/it")
    resource = factories.resource(url="https://example.org/old")
    page = act(curator, "replace_moved", row)
    assert "Links in 1 texts were updated" in page
    assert "1 texts were not changed" in page
    resource.refresh_from_db()
    assert resource.url == "https://new.example/it"
    assert "example.org/old" in factories.Post.objects.get().body


def test_rows_of_digests_are_left_and_told(editor):
    factories.digest(factories.heading(), factories.link(url="https://example.org/old"))
    row = OutsideAddress.objects.get(key="example.org/old")
    change(row, health="alive", moved_for_good=True, leads_to="https://new.example/it")
    assert "1 texts were not changed" in act(editor, "replace_moved", row)


def test_what_has_not_moved_for_good_is_not_replaced(editor):
    row = change(cite("https://example.org/a"), health="alive", leads_to="https://new.example/")
    assert "None of these has moved permanently" in act(editor, "replace_moved", row)
    assert "example.org/a" in factories.Post.objects.get().body
