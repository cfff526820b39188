"""One month of events: weeks of days, each with what takes place on it."""

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from . import times
from .models import Event

# The clocks of the earth's zones lie at most so far from UTC.
FARTHEST = timedelta(hours=14)
SUNDAY = 6


@dataclass
class Day:
    """One day of a week of the calendar; those of other months are empty."""

    date: date
    in_month: bool
    events: list[Event] = field(default_factory=list)


@dataclass
class Month:
    """A month with its weeks, and the nearest months before and after that have events."""

    first: date
    weeks: list[list[Day]]
    before: date | None
    after: date | None

    @property
    def name(self) -> str:
        return f"{times.MONTHS[self.first.month - 1]} {self.first.year}"

    @property
    def is_over(self) -> bool:
        """Whether it has passed, and each of its events with it."""
        has_passed = self.first < timezone.localdate().replace(day=1)
        return has_passed and all(event.is_over for day in self.days for event in day.events)

    @property
    def days(self) -> list[Day]:
        """The days of the month that have events."""
        return [day for week in self.weeks for day in week if day.events]


def path_of(first: date) -> str:
    """The address of the month that `first` lies in."""
    return f"/events/calendar/{first.year:04}/{first.month:02}/"


def month_of(year: int, month: int) -> Month:
    """
    The published events of a month, by the days of their own zones. Three queries.

    An event of several days stands on each of them.
    """
    first = date(year, month, 1)
    weeks = [
        [Day(day, day.month == month) for day in week]
        for week in calendar.Calendar(SUNDAY).monthdatescalendar(year, month)
    ]
    days = {day.date: day for week in weeks for day in week if day.in_month}
    after = max(days) + timedelta(days=1)
    for event in _between(first, after):
        day, last = times.local(event)[0].date(), times.last_day(event)
        while day <= last:
            if day in days:
                days[day].events.append(event)
            day += timedelta(days=1)
    return Month(first, weeks, _before(first), _after(after))


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _between(first: date, after: date):
    rows = Event.objects.published().brief().order_by("starts_at", "pk")
    return rows.filter(
        ends_at__gte=_moment(first) - FARTHEST, starts_at__lt=_moment(after) + FARTHEST
    )


def _before(first: date) -> date | None:
    rows = Event.objects.published().filter(starts_at__lt=_moment(first) + FARTHEST)
    days = (times.local(event)[0].date() for event in rows.brief().order_by("-starts_at")[:20])
    return next((day.replace(day=1) for day in days if day < first), None)


def _after(after: date) -> date | None:
    rows = Event.objects.published().filter(starts_at__gte=_moment(after) - FARTHEST)
    days = (times.local(event)[0].date() for event in rows.brief().order_by("starts_at")[:20])
    return next((day.replace(day=1) for day in days if day >= after), None)
