"""Calendar files: read by another reader, and held against the rules of RFC 5545."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from competencyworks.core.models import Topic
from events import calendars
from events.models import Event
from events.zones import zone_choices
from tests import factories as made
from tests.events import factories

pytestmark = pytest.mark.django_db
LONG = "Über Kompetenzen; ein „Gespräch“, \\ mit Komma, 学び 🎓 " * 8


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
    seen = set()
    for item in calendar.walk("VEVENT"):
        # 3.6.1: these are required, and each stands once.
        for name in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE"):
            assert not isinstance(item[name], list)
        assert item["DTSTAMP"].dt.utcoffset() == timedelta(0)
        # 3.2.19: a zone that is named must be told of in the same file.
        assert item["DTSTART"].params["TZID"] in zones
        seen.add(item["DTSTART"].params["TZID"])
        if "DTEND" in item:
            assert item["DTEND"].dt > item["DTSTART"].dt
    assert seen == zones
    return calendar


def offset(zone, wall: datetime) -> timedelta:
    """The offset that a VTIMEZONE gives to the naive `wall`, as 3.6.5 says to find it."""
    begun = [part for part in zone.subcomponents if part["DTSTART"].dt <= wall]
    return max(begun, key=lambda part: part["DTSTART"].dt)["TZOFFSETTO"].td


@pytest.mark.parametrize(
    ("zone", "start", "minutes"),
    [
        ("America/New_York", "2017-03-10 14:00", 60),
        ("America/New_York", "2017-03-12 01:30", 120),
        ("America/New_York", "2017-03-13 14:00", 60),
        ("America/New_York", "2017-11-05 12:00", 60),
        ("America/New_York", "2017-11-06 14:00", 60),
        ("Europe/London", "2017-03-20 14:00", 60),
        ("Europe/London", "2017-03-27 14:00", 60),
        ("Europe/London", "2017-10-30 14:00", 60),
        ("America/Phoenix", "2017-07-10 14:00", 60),
        ("America/Phoenix", "2017-12-10 14:00", 60),
        ("Asia/Kolkata", "2017-07-10 18:30", 60),
        ("Australia/Lord_Howe", "2017-04-02 05:00", 60),
    ],
)
def test_an_entry_names_the_moment(client, zone, start, minutes):
    begin = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    event = factories.event(zone=zone, starts_at=begin, ends_at=begin + timedelta(minutes=minutes))
    response = client.get(f"{event.path}event.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = read(response.content)
    item = calendar.walk("VEVENT")[0]
    told = calendar.walk("VTIMEZONE")[0]
    for name, moment in (("DTSTART", event.starts_at), ("DTEND", event.ends_at)):
        assert item[name].dt == moment
        # By the words of the file alone, without this machine's own knowledge of the zone.
        wall = item[name].dt.replace(tzinfo=None)
        assert wall.replace(tzinfo=UTC) - offset(told, wall) == moment
    assert item["UID"] == event.uid


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from([name for name, _ in zone_choices()]),
    start=st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
)
# Half a second after the clocks of Europe change, so many days from the event.
@example(zone="Europe/London", start=datetime(2026, 3, 29, 1, 0, 0, 500000, tzinfo=UTC))
def test_a_zone_is_told_right_all_through_the_year_around_an_event(zone, start):
    event = Event(pk=1, zone=zone, starts_at=start, ends_at=start, path="/events/x/", title="X")
    told = read(calendars.entry(event)).walk("VTIMEZONE")[0]
    tz = ZoneInfo(zone)
    for step in range(-360, 361, 3):
        moment = (start + timedelta(days=step)).replace(microsecond=0).astimezone(tz)
        wall = moment.replace(tzinfo=None)
        other = wall.replace(tzinfo=tz, fold=1 - moment.fold).utcoffset()
        if other == moment.utcoffset():  # hours that come twice, or never, have two answers
            assert offset(told, wall) == moment.utcoffset(), (zone, moment)


def test_long_and_foreign_words_are_folded_and_come_back_whole():
    event = factories.event(title=LONG[:300], body=f"<p>{LONG}</p>", venue=LONG[:200])
    calendar = read(calendars.entry(event, note=f"First line\n{LONG}"))
    item = calendar.walk("VEVENT")[0]
    assert item["SUMMARY"] == event.title
    assert f"First line\n{LONG}" in item["DESCRIPTION"]


def test_a_deadline_has_no_end_and_takes_no_time():
    at = made.ahead(days=3)
    item = read(calendars.entry(factories.event(kind="deadline", starts_at=at, ends_at=at))).walk(
        "VEVENT"
    )[0]
    assert "DTEND" not in item
    assert item["TRANSP"] == "TRANSPARENT"


def test_what_is_called_off_or_moved_says_so():
    event = factories.event(sequence=3, cancelled_at=made.ago(days=1))
    item = read(calendars.entry(event)).walk("VEVENT")[0]
    assert (item["STATUS"], item["SEQUENCE"]) == ("CANCELLED", 3)
    event.cancelled_at = None
    assert read(calendars.entry(event)).walk("VEVENT")[0]["STATUS"] == "CONFIRMED"
    assert read(calendars.entry(event, method="CANCEL")).walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_an_entry_for_a_mail_names_both_sides_and_has_the_way_in_only_if_asked():
    event = factories.event(
        join_url="https://video.example.org/7", join_note="<p>Pass code 7.</p>", hosts='The "Mill"'
    )
    content = calendars.entry(event, method="REQUEST", attendee=('Ana "A"; Ruiz, B', "a@x.org"))
    calendar = read(content)
    item = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST"
    assert item["ATTENDEE"] == "mailto:a@x.org"
    assert item["ATTENDEE"].params["CN"] == "Ana 'A'; Ruiz, B"
    assert item["ORGANIZER"].startswith("mailto:")
    assert b"video.example.org" not in content
    content = calendars.entry(event, method="REQUEST", way_in=True)
    assert "https://video.example.org/7" in read(content).walk("VEVENT")[0]["DESCRIPTION"]
    assert "Pass code 7." in read(content).walk("VEVENT")[0]["DESCRIPTION"]


def test_the_calendar_to_subscribe_to_has_a_year_back_and_all_that_is_ahead(client):
    for days, title in ((-400, "Older"), (-300, "Past"), (7, "Next"), (900, "Far")):
        factories.event(days=days, title=title, zone="Europe/London" if days > 0 else "Asia/Tokyo")
    calendar = read(client.get("/events/calendar.ics").content)
    assert {str(item["SUMMARY"]) for item in calendar.walk("VEVENT")} == {"Past", "Next", "Far"}
    assert len({str(item["UID"]) for item in calendar.walk("VEVENT")}) == 3


def test_a_calendar_may_be_of_one_kind_or_topic(client):
    topic = made.topic("Equity", slug="equity")
    below = Topic.objects.create(name="Families", parent=topic)
    meeting = factories.event(title="Meeting", kind="meeting")
    webinar = factories.event(title="Webinar")
    webinar.topics.add(below)
    for query, title in (("kind=meeting", meeting.title), ("topic=equity", webinar.title)):
        calendar = read(client.get(f"/events/calendar.ics?{query}").content)
        assert [str(item["SUMMARY"]) for item in calendar.walk("VEVENT")] == [title]
    name = read(client.get("/events/calendar.ics?topic=equity").content)["X-WR-CALNAME"]
    assert name == "CompetencyWorks: Equity"


def test_links_to_other_calendars_say_the_same():
    event = factories.event(title="A & B?", starts_at=datetime(2036, 9, 29, 18, tzinfo=UTC))
    google = parse_qs(urlsplit(calendars.google_link(event)).query)
    assert google["text"] == ["A & B?"]
    assert google["dates"] == ["20360929T180000Z/20360929T190000Z"]
    outlook = parse_qs(urlsplit(calendars.outlook_link(event)).query)
    assert outlook["subject"] == ["A & B?"]
    assert outlook["startdt"] == ["2036-09-29T18:00:00+00:00"]
