"""Registrants correct the spelling of their own name, which their certificate carries."""

import pytest

from events import attendance, certificates
from events.models import Event, Registration
from tests.events import factories, pages
from tests.events.test_afterwards import end
from tests.factories import ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> Registration:
    row = factories.registered(factories.event(capacity=1), name="An Lee", organization="Elm")
    attendance.note(Registration.objects.filter(pk=row.pk), True)
    end(row.event)
    return row


def send(client, row: Registration, name: str, **more) -> pages.Answered:
    path = f"{pages.own_path(row)}name/"
    fields = pages.fields_of(pages.Answered(client.get(path)).tree) | {"name": name} | more
    return pages.Answered(client.post(path, fields))


def test_the_certificate_carries_the_corrected_name(client, mine):
    page = pages.Answered(client.get(pages.own_path(mine)))
    assert f"{pages.own_path(mine)}name/" in page.tree.xpath("//main//a/@href")
    answer = send(client, mine, "  Ann \n Lee ").response
    assert (answer.status_code, answer["Location"]) == (
        303,
        f"{pages.own_path(mine)}?saved=changes",
    )
    mine.refresh_from_db()
    assert (mine.name, mine.organization, mine.is_verified) == ("Ann Lee", "Elm", True)
    assert "Your changes were saved." in pages.Answered(client.get(answer["Location"])).words
    assert "Ann Lee" in client.get(certificates.path_of(mine)).text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Enter your name."),
        ("\u200b", "Enter your name."),
        ("x" * 101, "100 characters"),
        ("evil.example", "without a web address"),
        ("Call 202 555 0100", "at most 4 digits"),
        ("Ann\0", "Type your name again"),
    ],
)
def test_the_rules_are_those_of_registering(client, mine, name, words):
    answer = send(client, mine, name)
    assert answer.status == 422
    assert words in answer.error("name")
    assert words in pages.register(client, factories.event(), name=name).error("name")
    mine.refresh_from_db()
    assert mine.name == "An Lee"


def test_what_another_tab_saved_is_not_replaced_unseen(client, mine):
    path = f"{pages.own_path(mine)}name/"
    opened = pages.fields_of(pages.Answered(client.get(path)).tree)
    send(client, mine, "Ann Lee")
    answer = pages.Answered(client.post(path, opened | {"name": "Anne Lee"}))
    assert answer.status == 409
    assert "Ann Lee" in answer.summary
    mine.refresh_from_db()
    assert mine.name == "Ann Lee"


@pytest.mark.parametrize("state", ["ahead", "cancelled", "trashed", "given back", "waiting"])
def test_it_is_for_those_who_had_a_seat_at_an_event_that_took_place(client, mine, state):
    row = mine
    match state:
        case "ahead":
            row = factories.registered(factories.event(), name="An Lee")
        case "cancelled":
            Event.objects.update(cancelled_at=ago(days=2))
        case "trashed":
            Event.objects.update(trashed_at=ago(hours=1))
        case "given back":
            Registration.objects.update(status="cancelled")
        case "waiting":
            Registration.objects.update(status="waiting")
    path = f"{pages.own_path(row)}name/"
    assert path not in client.get(pages.own_path(row)).text
    assert client.get(path).status_code == 303
    answer = client.post(path, {"name": "Ann Lee"})
    assert answer["Location"] == f"{pages.own_path(row)}?saved=no-changes"
    row.refresh_from_db()
    assert row.name == "An Lee"


def test_other_sites_cannot_post_it_and_a_wrong_token_opens_nothing(client, mine):
    path = f"{pages.own_path(mine)}name/"
    answer = client.post(path, {"name": "Ann Lee"}, HTTP_SEC_FETCH_SITE="cross-site")
    assert answer.status_code == 403
    assert client.get("/events/registration/1.x/name/").status_code == 404
    mine.refresh_from_db()
    assert mine.name == "An Lee"
