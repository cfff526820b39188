"""
When an event is, in words: 'Thursday, September 29, 2016, 2:00–3:00 p.m. ET'.

Hours are those of the event's own zone. Zones of the United States have their usual short names
(ET is Eastern Time in summer and in winter); others the abbreviation that everybody knows, or else
their distance from UTC, for CST is another hour in Chicago than in Shanghai.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from competencyworks.core.dates import MONTHS, hour_words
from competencyworks.core.local_time import american, comes_twice

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Abbreviations that mean one thing, with their minutes from UTC.
KNOWN = {
    "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "AST": -240, "ADT": -180,
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """
    What is written of a span, in its parts: days, hours, short name of the zone.

    Of one day, `last_day` is empty; of a moment, `end` and `dash` are too.
    """

    first_day: str
    start: str
    dash: str
    last_day: str
    end: str
    zone: str

    def __str__(self) -> str:
        last_day = self.last_day and f"{self.last_day}, "
        return f"{self.first_day}, {self.start}{self.dash}{last_day}{self.end} {self.zone}"

    @property
    def hours(self) -> str:
        """The hours alone, of one day."""
        return f"{self.start}{self.dash}{self.end} {self.zone}"


def local(event) -> tuple[datetime, datetime]:
    """Start and end as they are on the clocks of the event's zone."""
    return event.starts_at.astimezone(event.tz), event.ends_at.astimezone(event.tz)


def when(event) -> str:
    """
    Days, hours and zone of `event`: 'Thursday, September 29, 2016, 2:00–3:00 p.m. ET'.

    Of several days: 'Thursday, September 29, 9:00 a.m. – Friday, September 30, 2016, 4:00 p.m. ET'.
    """
    return str(words(event))


def words(event) -> Words:
    """What when() says, in its parts."""
    start, end = local(event)
    last = last_day(event)
    zone, own = _zone_words(start, end)
    first = clock(start)
    if start.date() == last:
        if start.astimezone(UTC) == end.astimezone(UTC):  # two 1:30s of one night are not equal
            return Words(date_words(start), first, "", "", "", zone)
        # The half of the day is written once where it is the same, and no word takes its place.
        if not own and first[-4:] == _end_clock(end)[-4:]:
            first = first[:-5]
        return Words(date_words(start), f"{first}{own}", "–", "", _end_clock(end), zone)
    first_day = date_words(start, year=start.year != last.year)
    return Words(first_day, f"{first}{own}", " – ", date_words(last), _end_clock(end), zone)


def hours(event) -> str:
    """The hours of an event of one day: '2:00–3:00 p.m. ET'; of several days, what when() says."""
    said = words(event)
    return str(said) if said.last_day else said.hours


def last_day(event):
    """The last day (date) of `event` in its zone; a midnight belongs to the day that it ends."""
    start, end = local(event)
    if _is_midnight(end) and event.ends_at > event.starts_at:
        return max(start.date(), end.date() - timedelta(days=1))
    return end.date()


def date_words(day, *, year: bool = True) -> str:
    """'Thursday, September 29, 2016', or without the year."""
    found = f"{DAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}"
    return f"{found}, {day.year}" if year else found


def zone_name(event) -> str:
    """
    The event's zone spelled out: 'Eastern Time', 'London time, UTC+1'; 'Kolkata time', whose hours
    have 'UTC+5:30' behind them.
    """
    start = event.starts_at.astimezone(event.tz)
    if usual := american(event.zone, start.year):
        return usual[1]
    city = event.zone.rpartition("/")[2].replace("_", " ")
    offset = _from_utc(start)
    return f"{city} time" if own_zone(start) == offset else f"{city} time, {offset}"


def clock(at: datetime) -> str:
    """'2:00 p.m.', 'noon'."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    return hour_words(at)


def _end_clock(at: datetime) -> str:
    return "midnight" if _is_midnight(at) else clock(at)


def _is_midnight(at: datetime) -> bool:
    return (at.hour, at.minute) == (0, 0)


def _zone_words(start: datetime, end: datetime) -> tuple[str, str]:
    """
    The zone's short name at the end, and what follows the first hour.

    That is nothing, unless one of the hours comes twice on this day or the zone's name changes in
    between: then each hour has its own, as '1:30 a.m. EDT–1:30 a.m. EST'.
    """
    naive = [moment.replace(tzinfo=None) for moment in (start, end)]
    if any(comes_twice(wall, start.tzinfo) for wall in naive):
        return own_zone(end), f" {own_zone(start)}"
    first, last = _zone(start), _zone(end)
    return last, f" {first}" if first != last else ""


def _zone(at: datetime) -> str:
    usual = american(at.tzinfo.key, at.year)
    return usual[0] if usual else own_zone(at)


def own_zone(at: datetime) -> str:
    """The name of the offset that holds at this very moment."""
    if KNOWN.get(at.tzname()) == at.utcoffset().total_seconds() / 60:
        return at.tzname()
    return _from_utc(at)


def _from_utc(at: datetime) -> str:
    minutes = round(at.utcoffset().total_seconds() / 60)
    if not minutes:
        return "UTC"
    hour, minute = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hour}{f':{minute:02}' if minute else ''}"
