"""What stands below an item's old address is found below its new one, and no form is lost."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.models import OldAddress, OutgoingMail
from events.models import Registration
from tests import factories
from tests.events import factories as event_factories
from tests.events import pages
from tests.wiki.suggesting import sending
from wiki.models import Suggestion

pytestmark = pytest.mark.django_db

MAKE = {
    "wiki/": factories.wiki_page,
    "wiki/resources/": factories.resource,
    "events/": event_factories.event,
}


def routes(patterns, before: str = ""):
    """Every address of the site, as it is written in urls.py."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def below(room: str) -> list[str]:
    """What stands below an item of `room`, as 'suggest/thanks/'."""
    start = f"{room}<uslug:slug>/"
    found = {
        route.removeprefix(start)
        for route in routes(get_resolver().url_patterns)
        if route.startswith(start) and route != start
    }
    return sorted(re.sub(r"<slug:form>", "bib", rest) for rest in found)


def moved(room: str, **more):
    """A public item with two saves that had the slugs 'first' and 'second', and its first path."""
    item = MAKE[room](title="Credit for what is learned", slug="first", **more)
    first = item.path
    for slug in ("second", "third"):
        item.slug = slug
        item.save()
        revisions.record(item)
    return item, first


@pytest.mark.parametrize(("room", "rest"), [(room, rest) for room in MAKE for rest in below(room)])
def test_everything_below_leads_on_in_one_hop(client, room, rest):
    item, first = moved(room)
    for old in (first, first.replace("first", "second")):
        for ask in (client.get, client.head):
            answer = ask(f"{old}{rest}")
            assert (answer.status_code, answer["Location"]) == (301, f"{item.path}{rest}")
    assert client.get(f"{item.path}{rest}").status_code == 200


def test_all_rooms_have_something_below():
    forms = {"suggest/", "suggest/thanks/", "watch/", "watch/sent/"}
    assert {*forms, "history/", "history/compare/"} <= set(below("wiki/"))
    assert {*forms, "history/", "history/compare/"} <= set(below("wiki/resources/"))
    assert {"register/", "register/sent/", "event.ics"} <= set(below("events/"))


@pytest.mark.parametrize("room", ["wiki/", "wiki/resources/"])
@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("from=1&to=2", "from=1&to=2"),
        ("to=2&from=1&utm_source=mail", "to=2&from=1&utm_source=mail"),
        ("from=1&to=2&next=//elsewhere.example/", "from=1&to=2&next=%2F%2Felsewhere.example%2F"),
        ("from=1&to=2&q=%C3%A9%0D%0AX-A:+b", "from=1&to=2&q=%C3%A9%0D%0AX-A%3A+b"),
    ],
)
def test_the_query_is_kept(client, room, asked, kept):
    item, first = moved(room)
    answer = client.get(f"{first}history/compare/?{asked}")
    assert (answer.status_code, answer["Location"]) == (301, f"{item.path}history/compare/?{kept}")
    assert client.get(answer["Location"]).status_code == 200


def test_what_is_not_there_leads_nowhere(client):
    item, first = moved("wiki/")
    for path in (
        f"{first}history/compare/?from=1&to=99", f"{first}history/?page=9", f"{first}register/",
        f"{first}elsewhere/", "/wiki/nothing/history/", "/events/nothing/register/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    item.status = "withdrawn"
    item.save()
    for rest in below("wiki/"):
        assert client.get(f"{first}{rest}").status_code == 404, rest


def test_a_missing_slash_is_still_put_in(client):
    item, _ = moved("wiki/")
    answer = client.get(f"{item.path}history")
    assert (answer.status_code, answer["Location"]) == (301, f"{item.path}history/")


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example/", "/wiki/", "/about/#x"]
)
def test_below_a_redirect_of_the_staffs_nothing_leads_to_another_site(client, to):
    OldAddress.objects.create(path="/wiki/first", to=to)
    assert client.get("/wiki/first/").status_code == 301
    for rest in ("watch/", "history/", "history/compare/"):
        assert client.get(f"/wiki/first/{rest}").status_code == 404


def test_who_has_the_name_now_answers(client):
    _, first = moved("wiki/")
    other = factories.wiki_page(slug="first")
    assert other.path == first
    assert client.get(f"{first}watch/").status_code == 200


def test_it_asks_for_the_same_however_much_has_moved(client):
    counts = []
    for size in (1, 12):
        for number in range(size):
            factories.wiki_page(slug=f"old-{size}-{number}")
        item, first = moved("wiki/", body="<p>Some words.</p>")
        for number in range(size):
            item.slug = f"name-{size}-{number}"
            item.save()
        client.get(f"{first}suggest/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{first}suggest/").status_code == 301
        counts.append(len(queries))
        item.delete()
    assert counts[0] == counts[1] <= 10


# --- Forms that were open while their item moved ------------------------------------------


@pytest.mark.parametrize("room", ["wiki/", "wiki/resources/"])
def test_a_suggestion_from_a_form_that_was_open_is_taken(client, room):
    item = MAKE[room](slug="first", body="<p>Move on when ready.</p>")
    revisions.record(item)
    old = f"{item.path}suggest/"
    written = sending.fields(client.get(old)) | sending.SENDER | {"text": "Move on when *sure*."}
    item.slug = "second"
    item.save()
    preview = client.post(old, {**written, "step": "preview"})
    assert preview.status_code == 200
    fields = sending.fields(preview)
    assert fields["text"] == "Move on when *sure*."
    assert f'action="{item.path}suggest/"' in preview.content.decode()
    answer = client.post(old, {**fields, "step": "send"})
    assert (answer.status_code, answer["Location"]) == (303, f"{item.path}suggest/thanks/")
    assert Suggestion.objects.get().item == item


@pytest.mark.parametrize("room", ["wiki/", "wiki/resources/"])
def test_a_watch_from_a_form_that_was_open_begins(client, room):
    item, first = moved(room)
    wrong = client.post(f"{first}watch/", {"email": "nora@"})
    assert wrong.status_code == 422
    assert 'value="nora@"' in wrong.content.decode()
    answer = client.post(f"{first}watch/", {"email": "nora@example.org"})
    assert (answer.status_code, answer["Location"]) == (303, f"{item.path}watch/sent/")
    assert OutgoingMail.objects.get().to_email == "nora@example.org"


def test_a_registration_from_a_form_that_was_open_is_taken(client):
    event = event_factories.event(slug="first")
    old = pages.address(event)
    fields = pages.form(client, event) | {"name": "Ann Lee", "email": "ann@example.org"}
    event.slug = "second"
    event.save()
    answer = client.post(old, fields)
    assert (answer.status_code, answer["Location"]) == (303, "/events/second/register/sent/")
    assert Registration.objects.get().event == event


@pytest.mark.parametrize(
    ("room", "form"),
    [("wiki/", "suggest/"), ("wiki/resources/", "watch/"), ("events/", "register/")],
)
def test_nothing_is_posted_to_what_is_not_public_or_of_another_kind(room, form):
    item, first = moved(room)
    item.status = "withdrawn"
    item.save()
    kept = OldAddress.objects.get(path=first.rstrip("/"))
    assert Client().post(f"{first}{form}", {"email": "nora@example.org"}).status_code == 404
    # The key is that of a public item of this room, but it is another kind's.
    kept.content_type = ContentType.objects.get_for_model(Post)
    kept.object_id = MAKE[room]().pk
    kept.save()
    assert Client().post(f"{first}{form}", {"email": "nora@example.org"}).status_code == 404
    assert Client().post(f"/{room}nothing/{form}", {}).status_code == 404
