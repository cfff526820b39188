"""
What calendar programs stumbled over at other sites, as their bug reports tell it, does not happen
here: Outlook, Google Calendar, Apple Calendar, and the libraries that others are made of.
"""

import re
from datetime import UTC, datetime

import pytest

from events import calendars, changes
from events.models import Event
from tests import factories as made
from tests.events import factories, pages
from tests.events.calendar_files import lines_of, read

pytestmark = pytest.mark.django_db
CALENDAR = "/events/calendar.ics"


def the_entry(content: bytes):
    (item,) = read(content).walk("VEVENT")
    return item


def test_text_is_plain_and_shows_signs_as_they_are(client):
    """HTML and entities were shown as they stood ('&amp;', '<p>')."""
    event = factories.event(
        title="Q&A: <b> & “quotes”",
        body="<p>Ask &amp; answer&nbsp;<strong>all</strong> &lt;tags&gt;</p>",
        attendance="in_person", venue="Smith & Sons", venue_address="1 <Main> Street",
    )  # fmt: skip
    item = the_entry(client.get(f"{event.path}event.ics").content)
    assert item["SUMMARY"] == event.title
    assert item["LOCATION"] == "Smith & Sons, 1 <Main> Street"
    said = item["DESCRIPTION"].replace("\xa0", " ")
    assert said.startswith("Ask & answer all <tags>")


@pytest.mark.parametrize("sign", ["\r\n", "\r", "\n", "\x0b", "\x85", "\u2028", "\0", "\t"])
def test_line_breaks_in_a_title_or_note_break_no_line(sign):
    """Programs dropped all events after such a line."""
    event = Event(pk=1, title=f"One{sign}Two", zone="UTC", path="/events/x/", venue=f"A{sign}B",
                  attendance="in_person", starts_at=made.ahead(days=1),
                  ends_at=made.ahead(days=2))  # fmt: skip
    content = calendars.entry(event, note=f"First{sign}Second")
    assert the_entry(content)["SUMMARY"].split() in (["One", "Two"], ["OneTwo"])
    names = [re.match(r"[A-Z-]+", line) for line in lines_of(content)]
    assert all(names)


def test_each_time_zone_of_a_calendar_has_a_block_of_its_own(client):
    """Several names stood in one block, and readers gave up."""
    for zone in ("America/New_York", "Europe/London", "Asia/Tokyo", "America/New_York"):
        factories.event(zone=zone)
    lines = lines_of(client.get(CALENDAR).content)
    assert sum(line.startswith("TZID:") for line in lines) == lines.count("BEGIN:VTIMEZONE") == 3


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Africa/Monrovia", "Europe/Amsterdam"])
def test_no_offset_of_past_centuries_is_told(zone):
    """Outlook refuses offsets with seconds, such as those of local mean time."""
    content = calendars.entry(
        factories.event(zone=zone, starts_at=datetime(2027, 1, 5, tzinfo=UTC))
    )
    offsets = [line for line in lines_of(content) if line.startswith("TZOFFSET")]
    assert offsets
    assert all(re.fullmatch(r"TZOFFSET(FROM|TO):[+-]\d{4}", line) for line in offsets)


def test_a_subscribed_calendar_is_sent_as_it_is(client):
    """Outlook on the web did not take it compressed, nor with a method that is an invitation."""
    factories.event()
    response = client.get(CALENDAR, headers={"accept-encoding": "gzip, deflate, br"})
    assert "Content-Encoding" not in response
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "METHOD" not in read(response.content)
    head = client.head(CALENDAR)
    assert (head.status_code, head["Content-Type"]) == (200, response["Content-Type"])


def test_a_subscribed_calendar_without_events_is_one(client):
    assert not read(client.get(CALENDAR).content).walk("VEVENT")


def test_moved_and_canceled_entries_replace_the_one_that_is_there(client, root):
    """Programs kept the old entry beside it, where the name, its number or its date were wrong."""
    event = factories.event()
    seated = factories.registered(event)
    files = [client.get(CALENDAR).content]
    before = Event.objects.get(pk=event.pk)
    event.starts_at, event.ends_at = made.ahead(days=9), made.ahead(days=9, hours=1)
    event.save()
    changes.save_from_admin(before, event)
    files.append(client.get(CALENDAR).content)
    changes.cancel_event(event, root.user)
    files += [client.get(CALENDAR).content, client.get(f"{event.path}event.ics").content]
    mails = pages.mails("confirmed") + pages.mails("changed") + pages.mails("event-cancelled")
    files += [mail.attachments[0]["content"].encode() for mail in mails]
    files.append(client.get(f"{pages.own_path(seated)}event.ics").content)
    items = [the_entry(file) for file in files]
    assert len({item["UID"] for item in items}) == 1
    assert [item["SEQUENCE"] for item in items] == [0, 1, 2, 2, 0, 1, 2, 2]
    changed = [item["LAST-MODIFIED"].dt for item in items[:3]]
    assert changed == sorted(changed)
    # With two l: 'CANCELED' is no status.
    assert [item["STATUS"] for item in items[2:4]] == ["CANCELLED", "CANCELLED"]


def test_what_is_mailed_has_all_that_makes_it_an_invitation():
    """Outlook showed 'not supported calendar message', Gmail no button."""
    event = factories.event()
    factories.registered(event)
    (mail,) = pages.mails("confirmed")
    (file,) = mail.attachments
    lines = lines_of(file["content"].encode())
    for start in ("METHOD:REQUEST", "UID:", "DTSTAMP:", "SEQUENCE:", "ORGANIZER", "ATTENDEE"):
        assert sum(line.startswith(start) for line in lines) == 1, start
    assert file["type"] == "text/calendar; method=REQUEST; charset=utf-8"
    hours = [line for line in lines[lines.index("BEGIN:VEVENT") :] if line.startswith("DT")]
    assert all(line.endswith("Z") or ";TZID=" in line for line in hours)  # none without a zone


def test_each_kind_of_calendar_program_gets_an_address_it_takes(client):
    """Outlook on the web takes no webcal address, Apple Calendar opens nothing else by itself."""
    page = client.get("/subscribe/").text
    assert "webcal://" in page
    assert re.search(r"https?://[^\"<]+/events/calendar\.ics", page)
