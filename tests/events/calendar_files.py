"""Calendar files as a program reads them that keeps to the rules of RFC 5545."""

import re
from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr
from icalendar import Calendar


def lines_of(content: bytes) -> list[str]:
    """The unfolded lines, after the rules on lines have been checked (3.1)."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    for line in physical:
        assert len(line) <= 75, line
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # no character is cut in two
    assert all(line for line in physical)
    return content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def read(content: bytes) -> Calendar:
    calendar = Calendar.from_ical(content)
    lines = lines_of(content)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    zones = {zone["tzid"] for zone in calendar.walk("VTIMEZONE")}
    for item in calendar.walk("VEVENT"):
        # 3.6.1: these are required, and each stands once.
        for name in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE"):
            assert not isinstance(item[name], list)
        assert item["DTSTAMP"].dt.utcoffset() == timedelta(0)
        if "DTEND" in item:
            assert item["DTEND"].dt.astimezone(UTC) > item["DTSTART"].dt.astimezone(UTC)
    # 3.2.19: a zone that is named must be told of in the same file.
    named = (re.match("DT(?:START|END);TZID=([^:]+):", line) for line in lines)
    assert {found[1] for found in named if found} == zones
    return calendar


def offset(zone, moment: datetime) -> timedelta:
    """
    The offset from UTC that holds at `moment` by the words of a VTIMEZONE alone, as 3.6.5 says to
    find it: by the part that began last.
    """
    begun = []
    for part in zone.subcomponents:
        before = part["TZOFFSETFROM"].td
        wall = (moment.astimezone(UTC) + before).replace(tzinfo=None)
        start = part["DTSTART"].dt
        if rule := part.get("RRULE"):
            start = rrulestr(rule.to_ical().decode(), dtstart=start).before(wall, inc=True)
        if start and start <= wall:
            begun.append((start - before, part["TZOFFSETTO"].td))
    return max(begun, key=lambda each: each[0])[1]
