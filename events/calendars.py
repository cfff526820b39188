"""
Events as calendar entries (RFC 5545, and RFC 5546 for those that are sent by mail).

An entry carries the way in only where the caller asks for it: for a confirmed registrant.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText
from icalendar import Event as Entry

from competencyworks.core.metadata import absolute
from competencyworks.core.prose.texts import plain

from . import times
from .models import Event

PRODUCT = "-//CompetencyWorks//Events//EN"


def calendar_of(events: Iterable[Event], *, name: str, method: str | None = None) -> bytes:
    """A calendar called `name` with the public entries of `events`."""
    calendar = _calendar(method)
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    events = list(events)
    for zone in _zones(events):
        calendar.add_component(zone)
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
) -> bytes:
    """
    A calendar with `event` alone: to download, or (with a `method` of RFC 5546: REQUEST, PUBLISH,
    CANCEL) to send to `attendee`, a name and an address. `note` stands before the description.
    With `way_in` the notes on it are told, and what `join` says, or the event's own join address.
    """
    calendar = _calendar(method)
    for zone in _zones([event]):
        calendar.add_component(zone)
    item = _entry(event, method=method, note=note, way_in=way_in, join=join)
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


def google_link(event: Event, *, note: str = "") -> str:
    """An address at which Google Calendar offers to add `event`."""
    start, end = (f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (event.starts_at, event.ends_at))
    query = {
        "action": "TEMPLATE",
        "text": event.title,
        "dates": f"{start}/{end}",
        "ctz": event.zone,
        "location": place(event),
        "details": note or absolute(event.path),
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def outlook_link(event: Event, *, note: str = "") -> str:
    """An address at which Outlook on the web offers to add `event`."""
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title,
        "startdt": event.starts_at.astimezone(UTC).isoformat(),
        "enddt": event.ends_at.astimezone(UTC).isoformat(),
        "location": place(event),
        "body": note or absolute(event.path),
    }
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query)}"


def place(event: Event) -> str:
    """Where it is, on one line, as anybody may know it."""
    venue = ", ".join(part for part in (event.venue, event.venue_address) if part)
    match event.attendance:
        case Event.Attendance.ONLINE:
            return "Online"
        case Event.Attendance.BOTH:
            return f"{venue}, or online"
    return venue


def _calendar(method: str | None) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


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
    item.add("summary", event.title)
    # By name: icalendar writes the hours of zones that keep to UTC without one.
    item.add("dtstart", start.replace(tzinfo=None), parameters={"TZID": event.zone})
    if event.ends_at > event.starts_at:  # 3.8.2.2: an end must be later; a deadline has none
        item.add("dtend", end.replace(tzinfo=None), parameters={"TZID": event.zone})
    cancelled = event.is_cancelled or method == "CANCEL"
    item.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if event.kind == Event.Kind.DEADLINE:
        item.add("transp", "TRANSPARENT")
    item.add("categories", [event.get_kind_display()])
    item.add("url", absolute(event.path))
    item.add("location", place(event))
    item.add("description", _description(event, note, way_in, join))
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
    found.params["CN"] = vText(name.replace('"', "'"))
    return found


# --- Time zones: 3.6.5 ----------------------------------------------------------------------


def _zones(events: list[Event]) -> list[Timezone]:
    """A VTIMEZONE for each zone of `events`, right from before the first until after the last."""
    spans: dict[str, list[datetime]] = {}
    for event in events:
        spans.setdefault(event.zone, []).extend((event.starts_at, event.ends_at))
    return [_zone(name, min(found), max(found)) for name, found in sorted(spans.items())]


def _zone(name: str, first: datetime, last: datetime) -> Timezone:
    """
    `name` as its changes between a year before `first` and a year after `last`.

    icalendar can make one too, but dates the beginning of summer time by the new clock instead of
    the old one, an hour late.
    """
    zone, item = ZoneInfo(name), Timezone()
    item.add("tzid", name)
    # In whole seconds, as clocks change: the search for a change would not end within one.
    start = (first - timedelta(days=370)).replace(microsecond=0)
    end = last + timedelta(days=370)
    _add_observance(item, start.astimezone(zone), start.astimezone(zone))
    at = start
    while at < end:
        after = at + timedelta(days=1)
        if at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            change = _change(zone, at, after)
            _add_observance(item, (change - timedelta(seconds=1)).astimezone(zone),
                            change.astimezone(zone))  # fmt: skip
        at = after
    return item


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """
    The moment between `low` and `high`, both in whole seconds, from which on the offset is that of
    `high`.
    """
    new = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    return high


def _add_observance(item: Timezone, before: datetime, at: datetime) -> None:
    """What holds from `at` on; its beginning is told by the clock that held before."""
    part = TimezoneDaylight() if at.dst() else TimezoneStandard()
    part.add("dtstart", (at.astimezone(UTC) + before.utcoffset()).replace(tzinfo=None))
    part.add("tzoffsetfrom", before.utcoffset())
    part.add("tzoffsetto", at.utcoffset())
    part.add("tzname", at.tzname())
    item.add_component(part)
