"""
What search engines read of an event that was moved, and of its registration. The words are those of
https://schema.org/EventStatusType and of Google's rules for events.
"""

from datetime import UTC, datetime, timedelta

import pytest

from competencyworks.core import revisions
from events import changes
from events.models import Event
from tests import factories as made
from tests.events import factories
from tests.events.test_admin import edit
from tests.events.test_pages import data_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def status_of(client, event) -> tuple[str, datetime | None]:
    data = data_of(client, event)
    before = data.get("previousStartDate")
    status = data["eventStatus"].removeprefix("https://schema.org/Event")
    return status, before and datetime.fromisoformat(before)


def move(client, event: Event, start: datetime) -> None:
    walls = [f"{at.astimezone(event.tz):%Y-%m-%d %H:%M:%S}" for at in (start, start + HOUR)]
    assert edit(client, event, starts_at=walls[0], ends_at=walls[1]).status_code == 302


def test_a_moved_event_says_its_former_start_until_it_is_moved_back(client, manager):
    event = factories.event()
    first = event.starts_at
    move(manager, event, first + 24 * HOUR)
    assert status_of(client, event) == ("Rescheduled", first)
    move(manager, event, first + 48 * HOUR)
    assert status_of(client, event) == ("Rescheduled", first + 24 * HOUR)
    assert edit(manager, event, title="Another title").status_code == 302
    assert status_of(client, event) == ("Rescheduled", first + 24 * HOUR)
    move(manager, event, first + 24 * HOUR)
    assert status_of(client, event) == ("Scheduled", None)


def test_a_restored_date_is_a_move_too(client, root):
    event = factories.event()
    first = event.starts_at
    revision = revisions.record(event)
    event.starts_at += HOUR
    event.ends_at += HOUR
    event.save()
    revisions.record(event)
    root.post(f"/admin/events/event/{event.pk}/restore/{revision.number}/")
    event.refresh_from_db()
    assert event.starts_at == first
    assert status_of(client, event) == ("Rescheduled", first + HOUR)


@pytest.mark.parametrize(
    "more", [{"attendance": "both", "venue": "New Mill"}, {"join_url": "https://v.example.org/2"}]
)
def test_a_new_place_or_way_in_is_no_other_date(client, manager, more):
    event = factories.event(venue="Old Mill")
    assert edit(manager, event, **more).status_code == 302
    event.refresh_from_db()
    assert event.sequence == 1
    assert status_of(client, event) == ("Scheduled", None)


@pytest.mark.parametrize("more", [{"public": False}, {"publish_at": made.ahead(days=1)}])
def test_what_nobody_has_seen_was_not_moved(more):
    event = factories.event(**more)
    before = Event.objects.get(pk=event.pk)
    event.starts_at += HOUR / 2
    event.save()
    changes.save_from_admin(before, event)
    event.refresh_from_db()
    assert (event.sequence, event.moved_from) == (1, None)


def test_a_longer_event_was_not_moved(client, manager):
    event = factories.event()
    ends = (event.ends_at + HOUR).astimezone(event.tz)
    assert edit(manager, event, ends_at=f"{ends:%Y-%m-%d %H:%M:%S}").status_code == 302
    assert status_of(client, event) == ("Scheduled", None)


def offer_in(client, event) -> dict:
    return data_of(client, event)["offers"]


def test_before_registration_opens_seats_can_be_had_later(client):
    opens = made.ahead(days=2)
    event = factories.event(opens_at=opens, capacity=5)
    offer = offer_in(client, event)
    assert offer["availability"] == "https://schema.org/PreOrder"
    assert datetime.fromisoformat(offer["validFrom"]) == opens
    assert datetime.fromisoformat(offer["validThrough"]) == event.ends_at


def test_a_full_event_is_sold_out_also_with_a_waiting_list(client):
    for has_list in (True, False):
        event = factories.event(capacity=1, has_waiting_list=has_list)
        factories.registered(event)
        assert offer_in(client, event)["availability"] == "https://schema.org/SoldOut"


@pytest.mark.parametrize("more", [{"closes_at": made.ago(hours=1)}, {"days": -3}])
def test_closed_is_not_sold_out(client, more):
    event = factories.event(opens_at=made.ago(days=9), capacity=5, **more)
    offer = offer_in(client, event)
    assert "availability" not in offer
    assert datetime.fromisoformat(offer["validThrough"]) < datetime.now(UTC)
