"""What calendars know an event by is its own in the whole world, and stays the same."""

from importlib import import_module

import pytest
from django.apps import apps
from icalendar import Calendar

from events.copying import copy
from events.models import Event
from events.repeating import repeat
from tests.events import factories, pages
from tests.events.test_admin import edit

pytestmark = pytest.mark.django_db


def uid_in(client, event: Event) -> str:
    (item,) = Calendar.from_ical(client.get(f"{event.path}event.ics").content).walk("VEVENT")
    return str(item["UID"])


def test_it_ends_in_the_host_of_the_site_and_is_not_made_of_the_key(client, settings):
    settings.SITE_URL = "https://works.example.org:8443"
    event = factories.event()
    name, _, host = uid_in(client, event).partition("@")
    assert host == "works.example.org"
    assert len(name) == 36
    assert str(event.pk) != name


def test_two_sites_that_make_the_same_event_give_it_two_names(settings):
    made = []
    for settings.SITE_URL in ("https://one.example.org", "https://two.example.org"):
        made.append(factories.event(title="Same").uid)
    assert len(set(made)) == 2
    assert len({uid.partition("@")[0] for uid in made}) == 2


def test_another_host_changes_no_name_that_was_given(client, settings):
    event = factories.event()
    before = uid_in(client, event)
    settings.SITE_URL = "https://moved.example.org"
    assert uid_in(client, Event.objects.get()) == before


def test_an_older_event_keeps_the_name_that_calendars_have(client, manager):
    events = [factories.event() for _ in range(2)]
    import_module("events.migrations.0013_calendar_uids_and_moves").keep_uids(apps, None)
    event = events[0]
    factories.registered(event)
    assert edit(manager, event, starts_at="2036-09-29 14:00", ends_at="2036-09-29 15:00")
    (mail,) = pages.mails("changed")
    (item,) = Calendar.from_ical(mail.attachments[0]["content"]).walk("VEVENT")
    assert item["UID"] == f"event-{event.pk}@competencyworks" == uid_in(client, event)


def test_copies_and_sessions_have_names_of_their_own(root):
    event = factories.event()
    made = [copy(event, root.user), *repeat(event, "FREQ=WEEKLY;COUNT=3", root.user)]
    assert len({each.uid for each in [event, *made]}) == 4
