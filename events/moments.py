"""One moment that belongs to an event, in words and with the event's zone."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from . import times


@dataclass(frozen=True)
class Instant:
    """What events.times reads of an event, for a single moment."""

    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def moment(event, at: datetime) -> str:
    """`at` as 'Thursday, September 29, 2016, 1:45 p.m. ET'."""
    return times.when(Instant(at, at, event.zone))
