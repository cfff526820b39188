"""
Events as schema.org data.

Sources: https://schema.org/Event, https://developers.google.com/search/docs/appearance/structured-data/event
"""

from datetime import datetime
from typing import Any

from django.utils import timezone

from competencyworks.core.metadata import absolute, describe, publisher

from . import times
from .models import Event, EventPerson
from .offer import Offer

SCHEMA = "https://schema.org/"
MODES = {
    Event.Attendance.ONLINE: f"{SCHEMA}OnlineEventAttendanceMode",
    Event.Attendance.IN_PERSON: f"{SCHEMA}OfflineEventAttendanceMode",
    Event.Attendance.BOTH: f"{SCHEMA}MixedEventAttendanceMode",
}
KINDS = {Event.Kind.WEBINAR: "EducationEvent", Event.Kind.CONFERENCE: "BusinessEvent"}


def event_data(event: Event, offer: Offer) -> dict[str, Any]:
    """`event` (from EventQuerySet.whole()) as a schema.org/Event; without the way in."""
    start, end = times.local(event)
    data: dict[str, Any] = {
        "@type": KINDS.get(event.kind, "Event"),
        "name": event.title,
        "description": event.seo_description or describe(event.lead) or event.title,
        "url": absolute(event.path),
        "startDate": start.isoformat(),
        "previousStartDate": _moment(event, event.moved_from),
        "endDate": end.isoformat(),
        "eventStatus": _status(event),
        "eventAttendanceMode": MODES[event.attendance],
        "location": _location(event),
        "organizer": _organizers(event),
        "performer": _people(event, EventPerson.Part.PRESENTER),
        "offers": _offers(event, offer),
        "isAccessibleForFree": not event.price_note,
        "maximumAttendeeCapacity": event.capacity,
        "inLanguage": "en",
    }
    if event.picture:
        data["image"] = [absolute(event.picture.file.url)]
    if event.recording_url and event.is_over:
        data["recordedIn"] = {
            "@type": "VideoObject",
            "name": event.title,
            "description": data["description"],
            "uploadDate": end.isoformat(),
            "url": event.recording_url,
        }
    return {key: value for key, value in data.items() if value not in (None, [], "")}


def _status(event: Event) -> str:
    """Rescheduled is what has another date; a new place alone is no such thing."""
    if event.is_cancelled:
        return f"{SCHEMA}EventCancelled"
    return f"{SCHEMA}Event{'Rescheduled' if event.moved_from else 'Scheduled'}"


def _location(event: Event) -> Any:
    online = {"@type": "VirtualLocation", "url": absolute(event.path)}
    there = {"@type": "Place", "name": event.venue, "address": event.venue_address or event.venue}
    match event.attendance:
        case Event.Attendance.ONLINE:
            return online
        case Event.Attendance.IN_PERSON:
            return there
    return [there, online]


def _organizers(event: Event) -> list[dict[str, str]]:
    found = _people(event, EventPerson.Part.HOST)
    if event.hosts:
        found.insert(0, {"@type": "Organization", "name": event.hosts, "url": absolute(event.path)})
    return found or [publisher()]


def _people(event: Event, part: str) -> list[dict[str, str]]:
    return [
        {
            "@type": "Person",
            "name": person["name"],
            "url": absolute(f"/people/{person['slug']}/"),
        }
        for person in event.people_list
        if person["part"] == part
    ]


def _offers(event: Event, offer: Offer) -> dict[str, Any] | None:
    """Of a price that is told in words alone, no offer is made: a machine would read it as free."""
    if event.price_note or event.sign_up == Event.SignUp.NONE or event.is_cancelled:
        return None
    data = {
        "@type": "Offer",
        "price": "0",
        "priceCurrency": "USD",
        "url": absolute(offer.url or event.path),
        "availability": _availability(event, offer),
        "validFrom": _moment(event, event.opens_at or event.publish_at),
        "validThrough": _moment(event, event.closes_at or event.ends_at),
    }
    return {key: value for key, value in data.items() if value}


def _availability(event: Event, offer: Offer) -> str:
    """None where registration has closed: validThrough says so, and seats may be left."""
    if event.opens_at and timezone.now() < event.opens_at:
        return f"{SCHEMA}PreOrder"
    if offer.is_full:
        return f"{SCHEMA}SoldOut"
    return f"{SCHEMA}InStock" if offer.url else ""


def _moment(event: Event, at: datetime | None) -> str | None:
    return at and at.astimezone(event.tz).isoformat()
