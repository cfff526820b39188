"""One moment that belongs to an event, in words and with the event's zone."""

from datetime import datetime

from competencyworks.core.dates import moment_words

from . import times
from .models import Event


def moment(event: Event, at: datetime) -> str:
    """`at` as 'Thursday, September 29, 2016, 1:45 p.m. ET'."""
    return times.when(Event(zone=event.zone, starts_at=at, ends_at=at))


def stamp(event: Event, at: datetime) -> str:
    """As moment(), shorter: 'September 29, 2016, 1:45 p.m. ET'."""
    zone = times.words(Event(zone=event.zone, starts_at=at, ends_at=at)).zone
    return f"{moment_words(at.astimezone(event.tz))} {zone}"
