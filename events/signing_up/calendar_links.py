"""
Links by which a calendar service takes an event over. They hold what everybody may know: the way
in stays in the mail, in the calendar file and on the registrant's own page.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

from competencyworks.core.metadata import absolute

from ..models import Event

DETAILS = "How to take part stands in the mail about your registration."


def calendar_links(event: Event, *, online: bool) -> list[tuple[str, str]]:
    """Name of the service and address, for each."""
    place = "Online" if online else ", ".join(filter(None, (event.venue, event.venue_address)))
    details = f"{DETAILS}\n{absolute(event.path)}"
    google = {
        "action": "TEMPLATE",
        "text": event.title,
        "dates": f"{_basic(event.starts_at)}/{_basic(event.ends_at)}",
        "ctz": event.zone,
        "location": place,
        "details": details,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title,
        "startdt": _extended(event.starts_at),
        "enddt": _extended(event.ends_at),
        "location": place,
        "body": details,
    }
    compose = f"calendar/0/deeplink/compose?{urlencode(outlook)}"
    return [
        ("Google Calendar", f"https://calendar.google.com/calendar/render?{urlencode(google)}"),
        ("Outlook.com", f"https://outlook.live.com/{compose}"),
        ("Microsoft 365", f"https://outlook.office.com/{compose}"),
    ]


def _basic(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extended(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
