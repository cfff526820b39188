"""
The calendar file in a mail: an invitation (RFC 5546, REQUEST) to the one person whom the mail goes
to, later ones of which replace the entry, and a CANCEL that removes it.

One file is made for all who get the same, and what is a person's own is put in: making it anew for
each of thousands would take minutes.
"""

import re
from datetime import UTC

from django.utils import timezone
from icalendar import Parameters, vCalAddress
from icalendar.parser import Contentline

from competencyworks.core.mail.outbox import Attachment

from .models import Registration

NAME = "event.ics"
SEQUENCE = re.compile(rb"^SEQUENCE:(\d+)\r\n", re.MULTILINE)
STAMP = re.compile(rb"^DTSTAMP:.*\r\n", re.MULTILINE)
END = b"END:VEVENT\r\n"


def attached(
    calendar: bytes, method: str, registration: Registration, is_named: bool
) -> Attachment:
    """
    `calendar`, which has one entry and no attendee, as it goes to one registrant; with their name
    if `is_named`.
    """
    name = {"CN": registration.name} if is_named else {}
    stamp = f"DTSTAMP:{timezone.now().astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n".encode()
    person = _line(
        "ATTENDEE",
        registration.email,
        **name,
        ROLE="REQ-PARTICIPANT",
        # They have said that they come; nobody waits for an answer.
        PARTSTAT="DECLINED" if method == "CANCEL" else "ACCEPTED",
        RSVP="FALSE",
    )
    more = registration.calendar_sequence
    more += registration.status == Registration.Status.CANCELLED
    text = STAMP.sub(lambda _: stamp, calendar).replace(END, person + END)
    text = SEQUENCE.sub(lambda found: b"SEQUENCE:%d\r\n" % (int(found[1]) + more), text)
    return Attachment(NAME, f"text/calendar; method={method}; charset=utf-8", text.decode())


def _line(what: str, address: str, **parameters: str) -> bytes:
    """One line of a calendar, folded and safe: a parameter may hold no quote and no line break."""
    safe = {name: value.replace('"', "'") for name, value in parameters.items()}
    value = vCalAddress(f"mailto:{address}")
    return Contentline.from_parts(what, Parameters(safe), value).to_ical() + b"\r\n"
