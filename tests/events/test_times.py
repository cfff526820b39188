"""An event's time in words says the moment it is, in whatever zone, on whatever day."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from competencyworks.core import local_time
from events import times
from events.models import Event
from events.templatetags import event_times
from events.zones import offered_names

MINUTE = timedelta(minutes=1)


def event(zone: str, start: str | datetime, minutes: int = 60, fold: int = 0) -> Event:
    """An event, not saved, that starts at the hour `start` of its zone."""
    if isinstance(start, str):
        start = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone), fold=fold)
        start = start.astimezone(UTC)
    return Event(zone=zone, starts_at=start, ends_at=start + minutes * MINUTE, slug="x")


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "said"),
    [
        ("America/New_York", "2016-09-29 14:00", 60,
         "Thursday, September 29, 2016, 2:00–3:00 p.m. ET"),
        ("America/New_York", "2016-09-29 11:00", 90,
         "Thursday, September 29, 2016, 11:00 a.m.–12:30 p.m. ET"),
        ("America/New_York", "2016-09-29 11:00", 60,
         "Thursday, September 29, 2016, 11:00 a.m.–noon ET"),
        ("America/New_York", "2016-09-29 12:00", 60,
         "Thursday, September 29, 2016, noon–1:00 p.m. ET"),
        ("America/New_York", "2016-09-29 22:00", 120,
         "Thursday, September 29, 2016, 10:00 p.m.–midnight ET"),
        ("America/New_York", "2016-09-29 00:00", 60,
         "Thursday, September 29, 2016, 12:00–1:00 a.m. ET"),
        ("America/New_York", "2016-09-29 17:00", 0, "Thursday, September 29, 2016, 5:00 p.m. ET"),
        ("America/New_York", "2016-09-29 09:00", 31 * 60,
         "Thursday, September 29, 9:00 a.m. – Friday, September 30, 2016, 4:00 p.m. ET"),
        ("America/New_York", "2016-12-31 21:00", 240,
         "Saturday, December 31, 2016, 9:00 p.m. – Sunday, January 1, 2017, 1:00 a.m. ET"),
        # Across both changes of the clocks of New York.
        ("America/New_York", "2017-03-12 01:30", 60, "Sunday, March 12, 2017, 1:30–3:30 a.m. ET"),
        ("America/New_York", "2017-11-05 00:30", 60,
         "Sunday, November 5, 2017, 12:30 a.m. EDT–1:30 a.m. EDT"),
        ("America/New_York", "2017-11-05 00:30", 120,
         "Sunday, November 5, 2017, 12:30 a.m. EDT–1:30 a.m. EST"),
        ("America/New_York", "2017-11-05 01:30", 60,
         "Sunday, November 5, 2017, 1:30 a.m. EDT–1:30 a.m. EST"),
        ("America/New_York", "2017-11-05 14:00", 60, "Sunday, November 5, 2017, 2:00–3:00 p.m. ET"),
        # Europe changes two or three weeks after the United States, or one week before.
        ("Europe/London", "2017-03-20 15:00", 60, "Monday, March 20, 2017, 3:00–4:00 p.m. GMT"),
        ("Europe/London", "2017-03-27 15:00", 60, "Monday, March 27, 2017, 3:00–4:00 p.m. BST"),
        ("Europe/London", "2017-10-30 15:00", 60, "Monday, October 30, 2017, 3:00–4:00 p.m. GMT"),
        ("Europe/London", "2017-03-26 00:30", 60,
         "Sunday, March 26, 2017, 12:30 a.m. GMT–2:30 a.m. BST"),
        # No summer time at all.
        ("America/Phoenix", "2017-07-10 10:00", 60, "Monday, July 10, 2017, 10:00–11:00 a.m. MST"),
        ("America/Phoenix", "2017-01-10 10:00", 60,
         "Tuesday, January 10, 2017, 10:00–11:00 a.m. MST"),
        ("Asia/Kolkata", "2017-07-10 18:30", 60,
         "Monday, July 10, 2017, 6:30–7:30 p.m. UTC+5:30"),
        # Abbreviations that mean another hour elsewhere are not used.
        ("Asia/Shanghai", "2017-07-10 18:30", 60, "Monday, July 10, 2017, 6:30–7:30 p.m. UTC+8"),
        ("America/Havana", "2017-07-10 18:30", 60, "Monday, July 10, 2017, 6:30–7:30 p.m. UTC−4"),
        ("America/Chicago", "2017-07-10 18:30", 60, "Monday, July 10, 2017, 6:30–7:30 p.m. CT"),
        ("America/Denver", "2017-07-10 18:30", 60, "Monday, July 10, 2017, 6:30–7:30 p.m. MT"),
        ("America/Los_Angeles", "2017-07-10 8:30".replace(" 8", " 08"), 60,
         "Monday, July 10, 2017, 8:30–9:30 a.m. PT"),
    ],
)  # fmt: skip
def test_it_is_said_as_people_say_it(zone, start, minutes, said):
    assert times.when(event(zone, start, minutes)) == said


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/New_York", "Eastern Time"),
        ("America/Indiana/Indianapolis", "Eastern Time"),
        ("America/Phoenix", "Mountain Standard Time"),
        ("Pacific/Honolulu", "Hawaii Standard Time"),
        ("Asia/Kolkata", "Kolkata time"),
        ("Europe/London", "London time, UTC+1"),
    ],
)
def test_the_zone_is_spelled_out(zone, name):
    assert times.zone_name(event(zone, "2017-07-10 10:00")) == name


def test_several_days_are_told_apart_from_a_night():
    night = event("America/New_York", "2016-09-29 20:00", 4 * 60)
    assert times.last_day(night) == datetime(2016, 9, 29).date()
    assert times.hours(night) == "8:00 p.m.–midnight ET"
    days = event("America/New_York", "2016-09-29 09:00", 24 * 60)
    assert times.hours(days) == times.when(days)


# --- whatever is said can be read back ---------------------------------------------------------

SHORT = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
    "PT": "America/Los_Angeles", "AKT": "America/Anchorage",
}  # fmt: skip
MONTH = {name: number for number, name in enumerate(times.MONTHS, start=1)}
DATE = r"(?:\w+day), (?P<month>[A-Z]\w+) (?P<day>\d+)(?:, (?P<year>\d{4}))?"
CLOCK = r"(?P<clock>noon|midnight|\d+:\d\d(?: [ap]\.m\.)?)(?: (?P<zone>[A-Z][\w+:−]*))?"


def read_zone(name: str, at: datetime) -> datetime:
    """The naive `at` of the zone that a reader takes `name` for."""
    if name in SHORT:
        return at.replace(tzinfo=ZoneInfo(SHORT[name])).astimezone(UTC)
    if name in times.KNOWN:
        return at.replace(tzinfo=UTC) - timedelta(minutes=times.KNOWN[name])
    hours, _, minutes = name.removeprefix("UTC").replace("−", "-").partition(":")
    distance = timedelta(hours=int(hours or 0), minutes=int(minutes or 0) * (-1) ** ("-" in hours))
    return at.replace(tzinfo=UTC) - distance


def read_back(said: str) -> tuple[datetime, datetime]:
    """Start and end as a reader takes them from the words alone."""
    start, _, end = said.partition(" – ") if " – " in said else said.partition("–")
    first = re.fullmatch(f"{DATE}, {CLOCK}", start)
    last = re.fullmatch(f"(?:{DATE}, )?{CLOCK}", end) if end else first
    zone = last["zone"]
    year = first["year"] or last["year"]
    half = last["clock"][-4:] if ".m." in last["clock"] else ""

    def moment(found, day_of, year):
        clock = found["clock"]
        day = datetime(int(year), MONTH[day_of["month"]], int(day_of["day"]))
        if clock == "noon":
            return day + timedelta(hours=12)
        if clock == "midnight":
            return day + timedelta(days=1)
        time, _, own_half = clock.partition(" ")
        hour, minute = map(int, time.split(":"))
        hour = hour % 12 + 12 * ((own_half or half) == "p.m.")
        return day + timedelta(hours=hour, minutes=minute)

    day_of_last = last if last["month"] else first
    return (
        read_zone(first["zone"] or zone, moment(first, first, year)),
        read_zone(zone, moment(last, day_of_last, day_of_last["year"] or year)),
    )


@settings(max_examples=600, deadline=None)
@given(
    zone=st.sampled_from(offered_names()),
    start=st.datetimes(datetime(2007, 6, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    minutes=st.one_of(st.integers(0, 300), st.integers(0, 5 * 24 * 60)),
)
def test_what_is_said_can_be_read_back(zone, start, minutes):
    item = event(zone, start.replace(second=0, microsecond=0), minutes)
    assert read_back(times.when(item)) == (item.starts_at, item.ends_at), times.when(item)


CHANGES = [
    ("America/New_York", datetime(2017, 3, 12, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2017, 11, 5, 6, tzinfo=UTC)),
    ("Europe/London", datetime(2017, 3, 26, 1, tzinfo=UTC)),
    ("Europe/London", datetime(2017, 10, 29, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2017, 4, 1, 15, tzinfo=UTC)),
]


@settings(max_examples=300, deadline=None)
@given(
    change=st.sampled_from(CHANGES),
    before=st.integers(-200, 200),
    minutes=st.integers(0, 300),
)
def test_what_is_said_around_a_change_of_clocks_can_be_read_back(change, before, minutes):
    zone, at = change
    item = event(zone, at + before * MINUTE, minutes)
    assert read_back(times.when(item)) == (item.starts_at, item.ends_at), times.when(item)


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(offered_names()),
    start=st.datetimes(datetime(2007, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
)
def test_the_marked_up_time_names_the_same_moment(zone, start):
    item = event(zone, start.replace(second=0, microsecond=0))
    named = re.findall(r'datetime="([^"]+)"', event_times.when(item))
    moments = [datetime.fromisoformat(each) for each in named]
    assert (moments[0], moments[-1]) == (item.starts_at, item.ends_at)
    assert set(moments) == {item.starts_at, item.ends_at}
    assert strip_tags(event_times.when(item)) == times.when(item)


def test_hours_that_do_not_exist_and_that_come_twice_are_known():
    zone = ZoneInfo("America/New_York")
    assert not local_time.exists(datetime(2017, 3, 12, 2, 30), zone)
    assert local_time.exists(datetime(2017, 3, 12, 3, 0), zone)
    assert times.comes_twice(datetime(2017, 11, 5, 1, 30), zone)
    assert not times.comes_twice(datetime(2017, 11, 5, 2, 0), zone)
    assert not times.comes_twice(datetime(2017, 3, 12, 2, 30), zone)
