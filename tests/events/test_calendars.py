"""Calendar files: read by another reader, and held against the rules of RFC 5545."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from competencyworks.core.models import Topic
from events import calendars
from tests import factories as made
from tests.events import factories
from tests.events.calendar_files import offset, read

pytestmark = pytest.mark.django_db
LONG = "Über Kompetenzen; ein „Gespräch“, \\ mit Komma, 学び 🎓 " * 8


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
    (told,) = calendar.walk("VTIMEZONE")
    for name, moment in (("DTSTART", event.starts_at), ("DTEND", event.ends_at)):
        assert item[name].dt == moment
        # By the words of the file alone, without this machine's own knowledge of the zone.
        wall = item[name].dt.replace(tzinfo=UTC)
        assert wall - offset(told, moment) == moment
    assert item["UID"] == event.uid


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


def test_a_subscribed_calendar_says_how_often_to_ask_for_it(client):
    factories.event()
    calendar = read(client.get("/events/calendar.ics").content)
    hours = timedelta(hours=6)
    assert calendar["REFRESH-INTERVAL"].dt == hours
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["X-PUBLISHED-TTL"] == "PT6H"
