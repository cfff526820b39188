"""Addresses at which calendars on the web offer to add an event."""

from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlencode

from competencyworks.core.metadata import absolute

from .calendars import place
from .models import Event


def google_link(event: Event, *, note: str = "") -> str:
    """Google Calendar, with `note` as the description (the event's address, if left out)."""
    start, end = (f"{_utc(at):%Y%m%dT%H%M%SZ}" for at in (event.starts_at, event.ends_at))
    query = {
        "action": "TEMPLATE",
        "text": event.title,
        "dates": f"{start}/{end}",
        "ctz": event.zone,
        "location": place(event),
        "details": note or absolute(event.path),
    }
    return f"https://calendar.google.com/calendar/render?{_encoded(query)}"


def outlook_link(event: Event, *, note: str = "") -> str:
    """Outlook on the web, for private accounts."""
    return _microsoft("outlook.live.com", event, note)


def office_link(event: Event, *, note: str = "") -> str:
    """Outlook on the web, for accounts of schools and companies at Microsoft 365."""
    return _microsoft("outlook.office.com", event, note)


def _microsoft(host: str, event: Event, note: str) -> str:
    start, end = (f"{_utc(at):%Y-%m-%dT%H:%M:%SZ}" for at in (event.starts_at, event.ends_at))
    # The body is HTML there.
    body = escape(note or absolute(event.path), quote=False).replace("\n", "<br>")
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title,
        "startdt": start,
        "enddt": end,
        "location": place(event),
        "body": body,
    }
    return f"https://{host}/calendar/0/deeplink/compose?{_encoded(query)}"


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _encoded(query: dict[str, str]) -> str:
    """A space as %20: Outlook shows a plus sign as it is."""
    return urlencode(query, quote_via=quote)
