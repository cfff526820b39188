"""Events as calendar files (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC

from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as Entry

from competencyworks.core.metadata import absolute

PRODUCT = "-//CompetencyWorks//Events//EN"


def entry(event, *, method: str, attendee=None, note: str = "", way_in: bool = False) -> bytes:
    """One event as a calendar of its own. The way in is in it only if `way_in`."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method)
    item = Entry()
    item.add("uid", event.uid)
    item.add("sequence", event.sequence)
    item.add("dtstamp", timezone.now().astimezone(UTC))
    item.add("dtstart", event.starts_at.astimezone(event.tz))
    item.add("dtend", event.ends_at.astimezone(event.tz))
    item.add("summary", event.title)
    item.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    item.add("url", absolute(event.path))
    place = ", ".join(filter(None, (event.venue, event.venue_address)))
    if way_in and event.join_url:
        note = f"{event.join_url}\n\n{note}".strip()
        place = place or event.join_url
    if place:
        item.add("location", place)
    if note:
        item.add("description", note)
    calendar.add_component(item)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def calendar_of(events: Iterable, *, name: str, method: str | None = None) -> bytes:
    raise NotImplementedError
