"""What a calendar file says of a time zone is what the IANA database says of it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events import calendars
from events.models import Event
from events.zones import offered, offered_names
from tests.events.calendar_files import lines_of, offset, read

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))


def file_of(zone: str, start: datetime) -> bytes:
    end = start + timedelta(hours=1)
    event = Event(pk=1, zone=zone, starts_at=start, ends_at=end, path="/events/x/", title="X")
    return calendars.entry(event)


@settings(max_examples=200, deadline=None)
@given(zone=st.sampled_from(offered_names()), start=MOMENTS)
# Half a second after the clocks of Europe change, so many days from the event.
@example(zone="Europe/London", start=datetime(2026, 3, 29, 1, 0, 0, 500000, tzinfo=UTC))
# The second half past one of a night.
@example(zone="America/New_York", start=datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
def test_a_file_gives_the_offset_of_its_event_and_of_the_years_around_it(zone, start):
    tz = ZoneInfo(zone)
    calendar = read(file_of(zone, start))
    (item,) = calendar.walk("VEVENT")
    if not (told := calendar.walk("VTIMEZONE")):  # an hour that comes twice is told in UTC
        walls = [(start + number * timedelta(hours=1)).astimezone(tz) for number in (0, 1)]
        assert any(at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset() for at in walls)
        assert item["DTSTART"].dt == start.replace(microsecond=0)
        return
    wall = item["DTSTART"].dt.replace(tzinfo=UTC)
    assert wall - offset(told[0], start) == start.replace(microsecond=0)
    for days in (*range(-360, 361, 24), 500, 1000, 2000, 3000):
        moment = (start + timedelta(days=days)).replace(microsecond=0)
        assert offset(told[0], moment) == moment.astimezone(tz).utcoffset(), (zone, moment)


@settings(max_examples=30, deadline=None)
@given(zone=st.sampled_from(offered_names()), year=st.integers(1900, 2200))
def test_zones_of_other_times_can_be_told_too(zone, year):
    start = datetime(year, 6, 1, 12, tzinfo=UTC)
    told = read(file_of(zone, start)).walk("VTIMEZONE")[0]
    for days in range(-360, 361, 40):
        moment = start + timedelta(days=days)
        assert offset(told, moment) == moment.astimezone(ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize("month", [1, 7])
def test_a_zone_with_a_rule_has_it_once_for_summer_and_once_for_winter(month):
    lines = lines_of(file_of("America/New_York", datetime(2026, month, 10, tzinfo=UTC)))
    begin, end = (lines.index(f"{word}:VTIMEZONE") for word in ("BEGIN", "END"))
    assert lines[begin : end + 1] == [
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:DAYLIGHT",
        "DTSTART:20240310T020000",
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "TZNAME:EDT",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20241103T020000",
        "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
        "TZNAME:EST",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


@pytest.mark.parametrize("form_zone", [UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")])
def test_it_does_not_matter_in_which_zone_a_moment_is_kept(form_zone):
    moment = datetime(2026, 10, 28, 18, tzinfo=UTC)
    kept = file_of("America/New_York", moment.astimezone(form_zone))
    assert b"DTSTART:20241103T020000" in kept
    assert b"DTSTART;TZID=America/New_York:20261028T140000" in kept
    assert b"DTEND;TZID=America/New_York:20261028T150000" in kept


@pytest.mark.parametrize(
    "zone",
    [
        *(name for name, _ in offered()[0][1]), "America/Toronto", "America/Mexico_City",
        "Asia/Kolkata", "Asia/Tokyo", "Australia/Adelaide", "Australia/Lord_Howe",
        "Australia/Sydney", "Europe/Berlin", "Europe/Dublin", "Europe/London", "Pacific/Auckland",
    ],
)  # fmt: skip
def test_outlook_knows_the_rules_of_these_zones(zone):
    """It reads one yearly rule a season, with a numbered weekday, and no lists of dates."""
    lines = lines_of(file_of(zone, datetime(2026, 6, 1, tzinfo=UTC)))
    seasons = [line for line in lines if line in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT")]
    rules = [line for line in lines if line.startswith("RRULE")]
    assert len(seasons) == len(set(seasons))
    assert len(rules) == (len(seasons) if len(seasons) > 1 else 0)
    assert all(re.search(r"BYDAY=(?:[1-4]|-1)[A-Z]{2}(?:;|$)", rule) for rule in rules)
    assert "MONTHDAY" not in "".join(rules)
    assert not any(line.startswith("RDATE") for line in lines)


def test_irish_winter_is_standard_time():
    lines = lines_of(file_of("Europe/Dublin", datetime(2026, 6, 1, tzinfo=UTC)))
    names = [lines[lines.index(f"BEGIN:{kind}") :] for kind in ("DAYLIGHT", "STANDARD")]
    told = [next(line for line in rest if line.startswith("TZNAME")) for rest in names]
    assert told == ["TZNAME:IST", "TZNAME:GMT"]
