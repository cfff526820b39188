"""
Events as calendar entries (RFC 5545, and RFC 5546 for those that are sent by mail).

An entry carries the way in only where the caller asks for it: for a confirmed registrant.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, vCalAddress, vDuration, vText
from icalendar import Event as Entry

from competencyworks.core.local_time import comes_twice
from competencyworks.core.metadata import absolute
from competencyworks.core.one_line import clean_line, clean_text
from competencyworks.core.prose.texts import plain

from . import calendar_zones, times
from .models import Event

PRODUCT = "-//CompetencyWorks//Events//EN"
REFRESH = timedelta(hours=6)


def calendar_of(events: Iterable[Event], *, name: str, method: str | None = None) -> bytes:
    """A calendar called `name` with the public entries of `events`."""
    calendar = _calendar(method)
    calendar.add("x-wr-calname", clean_line(name))
    calendar.add("name", clean_line(name))
    # How often to ask again: for programs that follow RFC 7986 (5.7), and for Outlook.
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    events = list(events)
    _add_zones(calendar, events)
    for event in events:
        calendar.add_component(_entry(event))
    return calendar.to_ical()


def entry(
    event: Event,
    *,
    method: str | None = None,
    attendee: tuple[str, str] | None = None,
    note: str = "",
    way_in: bool = False,
    join: str | None = None,
    more_sequence: int = 0,
) -> bytes:
    """
    A calendar with `event` alone: to download, or (with a `method` of RFC 5546: REQUEST, PUBLISH,
    CANCEL) to send to `attendee`, a name and an address. `note` stands before the description.
    With `way_in` the notes on it are told, and what `join` says, or the event's own join address.
    `more_sequence` is added to the event's sequence.
    """
    calendar = _calendar(method)
    _add_zones(calendar, [event])
    item = _entry(event, method=method, note=note, way_in=way_in, join=join)
    item["sequence"] += more_sequence
    if method:
        item["organizer"] = _organizer(event)
    if attendee:
        name, address = attendee
        item["attendee"] = _address(address, name)
        item["attendee"].params["ROLE"] = vText("REQ-PARTICIPANT")
        item["attendee"].params["PARTSTAT"] = vText("ACCEPTED")
        item["attendee"].params["RSVP"] = vText("FALSE")
    calendar.add_component(item)
    return calendar.to_ical()


def place(event: Event) -> str:
    """Where it is, on one line, as anybody may know it."""
    match event.attendance:
        case Event.Attendance.ONLINE:
            return "Online"
        case Event.Attendance.BOTH:
            return f"{venue(event)}, or online"
    return venue(event)


def venue(event: Event) -> str:
    """Where it is for those who attend in person, on one line."""
    return ", ".join(part for part in (event.venue, event.venue_address) if part)


def _calendar(method: str | None) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


def _add_zones(calendar: Calendar, events: list[Event]) -> None:
    uses = [(event.zone, at) for event in events if not _in_utc(event)
            for at in (event.starts_at, event.ends_at)]  # fmt: skip
    for zone in calendar_zones.components(uses):
        calendar.add_component(zone)


def _in_utc(event: Event) -> bool:
    """
    Whether the hours of `event` have to be in UTC: its zone is UTC, or it starts or ends in an hour
    that the clocks show twice. RFC 5545 (3.3.5) takes the first of the two; not all programs do.
    """
    return event.zone == "UTC" or any(
        comes_twice(at.replace(tzinfo=None), event.tz) for at in times.local(event)
    )


def _add_hour(item: Entry, name: str, at: datetime, event: Event) -> None:
    if _in_utc(event):
        item.add(name, at.astimezone(UTC))
    else:
        # By name: icalendar writes the hours of zones that keep to UTC without one.
        item.add(name, at.replace(tzinfo=None), parameters={"TZID": event.zone})


def _entry(
    event: Event,
    *,
    method: str | None = None,
    note: str = "",
    way_in: bool = False,
    join: str | None = None,
) -> Entry:
    start, end = times.local(event)
    item = Entry()
    item.add("uid", event.uid)
    item.add("sequence", event.sequence)
    # 3.8.7.2: with a method the moment of sending, else that of the last change.
    item.add("dtstamp", timezone.now() if method else event.updated_at)
    item.add("created", event.created_at)
    item.add("last-modified", event.updated_at)
    # Some calendars show nothing of the status. A mail says it in its subject.
    is_named = event.is_cancelled and not method
    title = clean_line(event.title)
    item.add("summary", f"Canceled: {title}" if is_named else title)
    _add_hour(item, "dtstart", start, event)
    # 3.8.2.2: an end must be later; a deadline has none.
    if event.ends_at.astimezone(UTC) > event.starts_at.astimezone(UTC):
        _add_hour(item, "dtend", end, event)
    cancelled = event.is_cancelled or method == "CANCEL"
    item.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if event.kind == Event.Kind.DEADLINE:
        item.add("transp", "TRANSPARENT")
    item.add("categories", [event.get_kind_display()])
    item.add("url", absolute(event.path))
    item.add("location", clean_line(place(event)))
    item.add("description", clean_text(_description(event, note, way_in, join)))
    return item


def _description(event: Event, note: str, way_in: bool, join: str | None) -> str:
    parts = [note, plain(event.lead) if event.lead else "", absolute(event.path)]
    if way_in:
        online = event.attendance != Event.Attendance.IN_PERSON
        there = event.attendance != Event.Attendance.ONLINE
        if join is None:
            join = f"Join: {event.join_url}" if event.join_url else ""
        if online:
            parts.append(join)
        if online and event.join_note:
            parts.append(plain(event.join_note))
        if there and event.venue_note:
            parts.append(plain(event.venue_note))
    return "\n\n".join(part for part in parts if part)


def _organizer(event: Event) -> vCalAddress:
    sender = settings.DEFAULT_FROM_EMAIL
    address = sender.rpartition("<")[2].rstrip("> ")
    return _address(address, event.hosts or "CompetencyWorks")


def _address(address: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    # A quotation mark has no place in a parameter, quoted or not (3.2).
    found.params["CN"] = vText(clean_line(name).replace('"', "'"))
    return found
