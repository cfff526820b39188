"""Until when a seat that becomes free goes to the waiting list, and what 0 seats mean."""

import pytest

from competencyworks.core import workflow
from events import registration
from events.models import Registration
from tests.events import factories, pages
from tests.events.test_admin import edit
from tests.factories import ago, ahead

pytestmark = pytest.mark.django_db


def full(**more):
    event = factories.event(capacity=1, **more)
    return event, factories.registered(event), factories.registered(event)


def status(row: Registration) -> str:
    return Registration.objects.values_list("status", flat=True).get(pk=row.pk)


@pytest.mark.parametrize(
    ("more", "becomes"),
    [
        ({"days": 3 / 24}, "confirmed"),
        ({"days": 3 / 24, "closes_at": ahead(minutes=1)}, "confirmed"),
        ({"days": 3 / 24, "pass_seats_until": ago(minutes=1)}, "waiting"),
        ({"days": 1 / 24}, "waiting"),
        ({"days": 1 / 24, "pass_seats_until": ahead(minutes=30)}, "confirmed"),
    ],
)
def test_a_seat_is_given_on_until_two_hours_before_the_start_or_the_time_that_is_set(more, becomes):
    until = more.pop("pass_seats_until", None)
    event, seated, waits = full()
    start = ahead(days=more["days"])
    event.starts_at, event.ends_at = start, ahead(days=more["days"], hours=1)
    event.closes_at, event.pass_seats_until = more.get("closes_at"), until
    event.save()
    registration.cancel(seated)
    assert status(waits) == becomes


def test_who_waits_takes_a_free_seat_by_registering_again_once_seats_are_not_passed_on(client):
    event, seated, waits = full()
    event.pass_seats_until = ago(minutes=1)
    event.save()
    with pytest.raises(registration.Full):
        factories.registered(event, email=waits.email.upper())
    registration.cancel(seated)
    page = client.get(pages.own_path(waits)).text
    assert "seats that become free no longer go to the waiting list" in page
    assert "register again" in page
    factories.registered(event, email=waits.email.upper())
    assert status(waits) == "confirmed"
    assert pages.mails("confirmed")[-1].to_email == waits.email


def test_seats_that_are_added_go_to_the_waiting_list_in_any_case():
    event, _, waits = full()
    event.pass_seats_until = ago(minutes=1)
    event.save()
    assert registration.set_capacity(event.pk, 1) == []
    assert registration.set_capacity(event.pk, 2) == [waits]
    assert pages.mails("confirmed")[-1].to_email == waits.email
    other, _, waits = full()
    workflow.withdraw(other)
    assert registration.set_capacity(other.pk, None) == []
    assert status(waits) == "waiting"


def test_the_waiting_list_is_closed_then(client):
    event, _, _ = full()
    event.pass_seats_until = ago(minutes=1)
    event.save()
    assert "Join the waiting list" not in client.get(event.path).text
    assert "the waiting list is closed" in client.get(f"{event.path}register/").text
    with pytest.raises(registration.Full, match="the waiting list is closed"):
        factories.registered(event)


def test_the_time_is_told_to_who_waits_and_to_staff(client, manager):
    event, _, waits = full(pass_seats_until=ahead(days=1).replace(microsecond=0))
    words = registration.letters.Pattern(event, "waiting", "event_waiting").to(
        waits, "x", is_named=False
    )
    said = f"{event.pass_seats_until.astimezone(event.tz):%A, %B %-d, %Y}"
    assert said in words.text
    assert said in words.html
    for address in (pages.own_path(waits), event.path, f"{event.path}register/"):
        assert said in client.get(address).text, address
    assert said in manager.get(f"/admin/events/registration/?event={event.pk}").text


def test_the_form_of_an_event_takes_the_time_in_its_zone(manager):
    event = factories.event(zone="America/Los_Angeles")
    day = f"{ahead(days=5).astimezone(event.tz):%Y-%m-%d}"
    edit(manager, event, pass_seats_until=f"{day} 09:30")
    event.refresh_from_db()
    local = event.pass_seats_until.astimezone(event.tz)
    assert f"{local:%Y-%m-%d %H:%M}" == f"{day} 09:30"


def test_with_no_seats_yet_everybody_waits_as_the_page_promises(client):
    event = factories.event(capacity=0, largest_party=3)
    assert "Join the waiting list" in client.get(event.path).text
    mine = factories.registered(event, 2)
    assert mine.status == "waiting"
    assert registration.change(mine, factories.party(3)).seats == 3
    registration.set_capacity(event.pk, 3)
    assert status(mine) == "confirmed"
