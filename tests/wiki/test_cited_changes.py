"""'A policy cited here has changed': texts that cite a resource which says something else since."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core.links import changes
from competencyworks.core.models import CitedChange
from tests import factories
from tests.events import factories as events
from wiki.catalogue.revising import note_change

pytestmark = pytest.mark.django_db

ADDRESS = "https://law.example.org/sb-18"


def policy(**more):
    more = {"title": "Senate Bill 18", "kind": "policy", "policy_stage": "proposed"} | more
    return factories.resource(url=ADDRESS, **more)


def citing(address: str = ADDRESS, kind=factories.post, **more):
    return kind(body=f'<p>By <a href="{address}">the law</a>.</p>', **more)


def flagged() -> set[str]:
    return {change.link.source.title for change in CitedChange.objects.all()}


def test_exactly_those_that_cite_it_are_flagged():
    bill = policy()
    citing(title="By its address")
    citing("http://www.law.example.org/sb-18/?utm_source=x", title="By another spelling")
    citing(bill.path, title="By its page", kind=factories.page)
    citing(title="In an event", kind=events.event)
    citing(title="In a paper", kind=factories.paper)
    citing(title="In a draft", public=False)
    citing("https://law.example.org/sb-19", title="Another law")
    factories.post(title="Nothing")
    factories.digest(factories.link(url=ADDRESS), title="In a digest")
    bill.policy_stage = "in_force"
    bill.save()
    assert flagged() == {
        "By its address", "By another spelling", "By its page", "In an event", "In a paper",
        "In a draft", "In a digest",
    }  # fmt: skip
    citing(title="Later")
    assert "Later" not in flagged()
    bill.refresh_from_db()
    assert bill.revised_at is not None


def test_by_a_former_address_of_the_page_and_of_the_law_too():
    bill = policy()
    citing(bill.path, title="By the page")
    citing(title="By the address")
    bill.slug = "the-bill"
    bill.save()
    assert flagged() == set()
    bill.url = "https://law.example.org/acts/18"
    bill.save()
    assert flagged() == {"By the page", "By the address"}


def test_what_does_not_change_what_it_says_flags_nothing():
    bill = policy()
    report = factories.resource(url="https://example.org/report")
    citing(title="On the law")
    citing("https://example.org/report", title="On the report")
    bill.why, report.year = "Because", 2020
    bill.save()
    report.save()
    assert flagged() == set()
    note_change(report)
    assert flagged() == {"On the report"}


@pytest.mark.parametrize(
    "kind", [factories.post, factories.page, factories.paper, events.event, factories.wiki_page]
)
def test_readers_are_told_until_somebody_has_looked(client, kind):
    bill = policy()
    item = citing(kind=kind)
    assert "cited here has changed" not in client.get(item.path).content.decode()
    note_change(bill)
    page = client.get(item.path).content.decode()
    assert "A policy cited here has changed since: " in page
    assert f'<a href="{bill.path}">Senate Bill 18</a>' in page
    item.save()
    assert "cited here has changed" in client.get(item.path).content.decode()
    changes.looked_at(item)
    assert "cited here has changed" not in client.get(item.path).content.decode()


def test_people_and_channels_are_flagged_too(client):
    bill = policy()
    bio = f'<p>Ana wrote <a href="{ADDRESS}">the law</a>.</p>'
    ana, channel = factories.person("Ana Reed", bio=bio), factories.channel()
    factories.person("Her site", website=ADDRESS)
    channel.introduction = bio
    channel.save()
    note_change(bill)
    assert flagged() == {"Ana Reed", "Her site", channel.name}
    for item in (ana, channel):
        page = client.get(item.get_absolute_url()).content.decode()
        assert "A policy cited here has changed since: " in page
        changes.looked_at(item)
        page = client.get(item.get_absolute_url()).content.decode()
        assert "cited here has changed" not in page


def test_a_change_is_told_once_however_often_it_is_cited(client):
    bill = policy()
    item = factories.post(body=f'<p><a href="{ADDRESS}">One</a> <a href="{bill.path}">Two</a></p>')
    note_change(bill)
    note_change(bill)
    assert client.get(item.path).content.decode().count("cited here has changed") == 1


def test_what_is_not_public_is_named_to_no_reader(client):
    bill = policy(title="Secret draft", public=False)
    item = citing()
    note_change(bill)
    page = client.get(item.path).content.decode()
    assert "Secret draft" not in page
    assert "cited here has changed" not in page


def test_a_note_goes_with_the_link():
    bill = policy()
    item = citing()
    note_change(bill)
    item.body = "<p>Nothing.</p>"
    item.save()
    assert not CitedChange.objects.exists()


def test_a_page_costs_no_query_more_where_nothing_it_cites_has_changed(
    client, django_assert_num_queries
):
    bill = policy()
    item = citing()
    client.get(item.path)
    with django_assert_num_queries(5):  # settings, post, related events, read next, comments
        client.get(item.path)
    note_change(bill)
    client.get(item.path)
    with django_assert_num_queries(6):  # and what was noted
        client.get(item.path)


def test_the_form_settles_a_text_that_was_looked_at(editor):
    bill = policy()
    item = citing(title="A post")
    note_change(bill)
    address = f"/admin/blog/post/{item.pk}/change/"
    page = editor.get(address)
    assert "Items that this text links to have changed" in page.content.decode()
    form = {
        "title": item.title, "body": item.body, "channel": item.channel_id, "status": "published",
        "publish_at_0": "2020-01-01", "publish_at_1": "10:00", "slug": item.slug,
        "post_authors-TOTAL_FORMS": 0, "post_authors-INITIAL_FORMS": 0, "discussion": "",
    }  # fmt: skip
    assert editor.post(address, form).status_code == 302
    assert flagged() == {"A post"}
    assert editor.post(address, {**form, "_looked_at": "on"}).status_code == 302
    assert flagged() == set()


def test_staff_see_what_to_look_at_and_settle_several(editor, author):
    bill = policy()
    for number in range(3):
        citing(title=f"Text {number}")
    trashed = citing(title="In the trash")
    note_change(bill)
    trashed.trashed_at = factories.ago(days=1)
    trashed.save()
    assert "3 texts link to something that has changed" in editor.get("/admin/").content.decode()
    listed = editor.get("/admin/core/citedchange/").content.decode()
    for number in range(3):
        assert f"Text {number}</a>" in listed
    assert "In the trash" not in listed
    keys = list(CitedChange.objects.order_by("pk").values_list("pk", flat=True)[:2])
    editor.post("/admin/core/citedchange/", {"action": "settle_selected", "_selected_action": keys})
    assert CitedChange.objects.count() == 2
    assert author.get("/admin/core/citedchange/").status_code == 403


def test_the_list_costs_the_same_however_long(editor):
    bill = policy()
    costs = []
    for size in (1, 8):
        for _ in range(size):
            citing()
        note_change(bill)
        editor.get("/admin/core/citedchange/")
        with CaptureQueriesContext(connection) as queries:
            editor.get("/admin/core/citedchange/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
