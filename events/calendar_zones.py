"""
Time zones in calendar files: a VTIMEZONE (RFC 5545, 3.6.5) from what zoneinfo knows of a zone.

A zone whose clocks change by a rule gets that rule as an RRULE, because Outlook reads neither lists
of dates (RDATE) nor changes that have no rule. Changes that follow no rule are told one by one.
"""

from calendar import Calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

BEFORE = 2  # years before the first moment: in every season some change has come before it
AFTER = 10  # years after the last moment in which changes without a rule are told
CYCLE = 28  # years after which dates fall on the same weekdays again
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# By the days of the month from which a weekday is its first, second, third, or fourth.
NUMBERED = {frozenset(range(first, first + 7)): first // 7 + 1 for first in (1, 8, 15, 22)}


@dataclass(frozen=True, order=True)
class Change:
    """
    A change of the clocks. `wall` is what they showed when it came, by the offset from UTC that
    held until then (`before`); `after` and `name` are those of the time that began.
    """

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def kind(self) -> tuple:
        """What changes by one rule have in common."""
        wall = self.wall
        return (self.before, self.after, self.name, self.is_daylight, wall.month, wall.weekday(),
                wall.time())  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """Each year in `month`, on the `weekday` that falls on one of `days`."""

    month: int
    weekday: int
    days: frozenset[int]

    def dates(self, year: int) -> list[date]:
        days = Calendar().itermonthdays2(year, self.month)
        return [
            date(year, self.month, day)
            for day, weekday in days
            if day in self.days and weekday == self.weekday
        ]

    def parts(self) -> dict[str, object]:
        """The parts of the RRULE, in the words that most programs know: '2SU', '-1SU'."""
        day, found = WEEKDAYS[self.weekday], {"FREQ": "YEARLY", "BYMONTH": self.month}
        length = (date(2001, self.month % 12 + 1, 1) - DAY).day
        if self.days == frozenset(range(length - 6, length + 1)) and self.month != 2:
            return found | {"BYDAY": f"-1{day}"}
        if number := NUMBERED.get(self.days):
            return found | {"BYDAY": f"{number}{day}"}
        return found | {"BYDAY": day, "BYMONTHDAY": sorted(self.days)}


def components(uses: Iterable[tuple[str, datetime]]) -> list[Timezone]:
    """A VTIMEZONE for each zone in `uses`, right for all the moments that are used with it."""
    spans: dict[str, list[datetime]] = {}
    for name, moment in uses:
        # In UTC: hours added to a moment that has its zone are those of the clocks.
        spans.setdefault(name, []).append(moment.astimezone(UTC))
    return [_component(name, min(found), max(found)) for name, found in sorted(spans.items())]


def _component(name: str, first: datetime, last: datetime) -> Timezone:
    item = Timezone()
    item.add("tzid", name)
    start, end = first.year - BEFORE, last.year + CYCLE
    kinds: dict[tuple, list[Change]] = {}
    for year in range(start, end + 1):
        for change in changes(name, year):
            kinds.setdefault(change.kind, []).append(change)
    parts: list[tuple[Change, Rule | None]] = []
    if not changes(name, start):
        parts.append((_holding(name, start), None))
    for found in kinds.values():
        rule, since = _rule(found, start, end)
        parts += [(each, None) for each in found
                  if each.wall.year < min(since, last.year + AFTER)]  # fmt: skip
        if rule:
            parts.append((next(each for each in found if each.wall.year >= since), rule))
    for change, rule in sorted(parts, key=lambda part: part[0]):
        item.add_component(_observance(change, rule))
    return item


def _observance(change: Change, rule: Rule | None) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    part.add("dtstart", change.wall)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    if rule:
        part.add("rrule", rule.parts())
    return part


def _rule(found: list[Change], start: int, end: int) -> tuple[Rule | None, int]:
    """
    The rule by which changes of one kind come up to the year `end`, and the year from which on they
    do; None and a year after the end if there is none.
    """
    dates: dict[int, list[date]] = {}
    for change in found:
        dates.setdefault(change.wall.year, []).append(change.wall.date())
    latest = range(end - CYCLE + 1, end + 1)
    days = frozenset(day.day for year in latest for day in dates.get(year, []))
    rule = Rule(found[0].wall.month, found[0].wall.weekday(), days)
    if not days or any(rule.dates(year) != dates.get(year, []) for year in latest):
        return None, end + 1
    since = latest.start
    while since > start and rule.dates(since - 1) == dates.get(since - 1, []):
        since -= 1
    return rule, since


def _holding(name: str, year: int) -> Change:
    """What holds as `year` begins, told like a change."""
    at = datetime(year, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(name))
    offset = at.utcoffset()
    wall = datetime(year, 1, 1)
    return Change(wall, offset, offset, at.tzname(), bool(at.dst()))


@lru_cache(maxsize=4096)
def changes(name: str, year: int) -> tuple[Change, ...]:
    """The changes of the clocks of a zone that come in a year of UTC."""
    return tuple(_changes(ZoneInfo(name), year))


def _changes(zone: ZoneInfo, year: int) -> Iterator[Change]:
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    offset = at.astimezone(zone).utcoffset()
    while at < end:
        later = at + DAY
        new = later.astimezone(zone).utcoffset()
        if new != offset:
            yield _change(zone, at, later)
        at, offset = later, new


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    """The change between two moments in whole seconds, which are a day apart."""
    new = high.astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = low + (high - low) // SECOND // 2 * SECOND
        if middle.astimezone(zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    old, at = low.astimezone(zone), high.astimezone(zone)
    # Where summer is the standard time, as in Ireland, zoneinfo calls winter the daylight time.
    # Programs know only summers that are ahead of the standard time.
    is_daylight = bool(at.dst())
    if at.dst() != old.dst():
        is_daylight = at.utcoffset() > old.utcoffset()
    wall = (high + old.utcoffset()).replace(tzinfo=None)
    return Change(wall, old.utcoffset(), at.utcoffset(), at.tzname(), is_daylight)
