"""
Hours that the clocks of a zone leave out, and hours that they show twice.

An hour that is left out, as daylight saving time begins, is refused, and the message says which
hours there are. Of an hour that comes twice, as it ends, the first is taken.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from .dates import day_words, hour_words

# Zone that keeps it → short name, name.
AMERICAN = {
    "America/New_York": ("ET", "Eastern Time"),
    "America/Chicago": ("CT", "Central Time"),
    "America/Denver": ("MT", "Mountain Time"),
    "America/Los_Angeles": ("PT", "Pacific Time"),
    "America/Anchorage": ("AKT", "Alaska Time"),
    "America/Phoenix": ("MST", "Mountain Standard Time"),
    "Pacific/Honolulu": ("HST", "Hawaii Standard Time"),
    "America/Puerto_Rico": ("AST", "Atlantic Standard Time"),
}


class NoSuchHour(ValueError):
    """The clocks of the zone jump over this hour; the message says so, for staff."""


def moment(wall: datetime, zone: tzinfo) -> datetime:
    """
    The moment at which the clocks of `zone` show the naive `wall`, the first of two. Raises
    NoSuchHour.

    In UTC, as moments come from the database: what is added to a moment that has its zone is added
    to the clocks, and two of them are compared by the clocks, which is wrong where these change.
    """
    if exists(wall, zone):
        try:
            return wall.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError:  # the first or last day of Python's calendar; forms refuse its year
            return wall.replace(tzinfo=UTC)
    before, after = gap(wall, zone)
    raise NoSuchHour(
        f"{hour_words(wall)} does not exist on {day_words(wall)} in {zone_name(zone, wall.year)}: "
        f"clocks go forward from {hour_words(before)} to {hour_words(after)} "
        f"Choose an hour before {hour_words(before)} or from {hour_words(after)} on."
    )


def exists(wall: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of `zone` ever show the naive `wall`: not when they jump over it."""
    at = wall.replace(tzinfo=zone)
    try:
        return at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
    except OverflowError:  # on the first and last day of Python's calendar no clock is set
        return True


def comes_twice(wall: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of `zone` show the naive `wall` twice, as they are set back."""
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return exists(wall, zone) and first.utcoffset() != second.utcoffset()


def gap(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """What the clocks show before and after the jump that leaves out the naive `wall`."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    jump = abs(after - before)
    start = wall.replace(second=0, microsecond=0)
    while not exists(start, zone):
        start -= timedelta(minutes=1)
    start += timedelta(minutes=1)
    return start, start + jump


def zone_name(zone: tzinfo, year: int) -> str:
    """'Eastern Time', 'Kolkata time'."""
    key = getattr(zone, "key", str(zone))
    if usual := american(key, year):
        return usual[1]
    return f"{key.rpartition('/')[2].replace('_', ' ')} time"


@lru_cache(maxsize=1024)
def american(zone: str, year: int) -> tuple[str, str] | None:
    """Short and long name of a zone that keeps a time of the United States all through `year`."""
    clocks = _clocks(zone, year)
    found = (names for usual, names in AMERICAN.items() if _clocks(usual, year) == clocks)
    return next(found, None)


@lru_cache(maxsize=1024)
def _clocks(zone: str, year: int) -> list[tuple]:
    """Name and offset of a zone on each day of `year`."""
    first, step = datetime(year, 1, 1, 12, tzinfo=UTC), timedelta(days=1)
    moments = ((first + step * count).astimezone(ZoneInfo(zone)) for count in range(365))
    return [(at.tzname(), at.utcoffset()) for at in moments]
