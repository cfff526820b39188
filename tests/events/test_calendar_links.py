"""Links that hand an event to a calendar on the web."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from lxml import html

from events import calendar_links
from tests.events import factories, pages

pytestmark = pytest.mark.django_db
START = datetime(2036, 9, 29, 18, tzinfo=UTC)
MICROSOFT = [
    (calendar_links.outlook_link, "outlook.live.com"),
    (calendar_links.office_link, "outlook.office.com"),
]


def test_google_gets_title_and_hours():
    event = factories.event(title="A & B?", starts_at=START)
    google = parse_qs(urlsplit(calendar_links.google_link(event)).query)
    assert google["text"] == ["A & B?"]
    assert google["dates"] == ["20360929T180000Z/20360929T190000Z"]


@pytest.mark.parametrize(("link", "host"), MICROSOFT)
def test_outlook_gets_title_and_hours_for_both_kinds_of_accounts(link, host):
    event = factories.event(title="A & B?", starts_at=START)
    parts = urlsplit(link(event))
    assert (parts.scheme, parts.hostname) == ("https", host)
    query = parse_qs(parts.query)
    assert query["subject"] == ["A & B?"]
    assert query["startdt"] == ["2036-09-29T18:00:00Z"]
    assert query["enddt"] == ["2036-09-29T19:00:00Z"]


@pytest.mark.parametrize("link", [calendar_links.google_link, *(each for each, _ in MICROSOFT)])
def test_spaces_do_not_become_plus_signs(link):
    event = factories.event(title="1 + 1 is two", attendance="in_person", venue="Old Mill")
    address = link(event, note="See your email")
    assert "+" not in address
    for words in ("1 + 1 is two", "Old Mill", "See your email"):
        assert words in unquote(address)


@pytest.mark.parametrize("link", [each for each, _ in MICROSOFT])
def test_the_body_is_html_for_outlook(link):
    query = parse_qs(urlsplit(link(factories.event(), note="A < B\n\nC")).query)
    assert query["body"] == ["A &lt; B<br><br>C"]


def test_pages_offer_a_link_for_each_calendar(client):
    event = factories.event()
    seated = factories.registered(event)
    for path in (event.path, pages.own_path(seated)):
        links = html.fromstring(client.get(path).content).xpath("//a")
        hosts = {link.text: urlsplit(link.get("href")).hostname for link in links}
        assert hosts["Outlook.com"] == "outlook.live.com"
        assert hosts["Microsoft 365"] == "outlook.office.com"
        assert "calendar.google.com" in hosts.values()


def test_who_attends_in_person_is_offered_the_venue_and_no_join_link(client):
    join = "https://video.example.org/j"
    event = factories.event(attendance="both", venue="Old Mill", join_url=join)
    there = factories.registered(event, online=False)
    online = factories.registered(event, online=True)
    said = {}
    for row in (there, online):
        links = html.fromstring(client.get(pages.own_path(row)).content).xpath("//main//a")
        file = next(link.text for link in links if link.get("href").endswith("event.ics"))
        notes = " ".join(unquote(link.get("href")) for link in links)
        said[row.pk] = file, "See how to join" in notes, "Venue: Old Mill" in notes
    assert said[there.pk] == ("Calendar file (.ics), with the venue", False, True)
    assert said[online.pk] == ("Calendar file (.ics), with the join link", True, False)


def test_a_calendar_file_without_a_join_link_does_not_promise_one(client):
    seated = factories.registered(factories.event())
    page = pages.Answered(client.get(pages.own_path(seated)))
    assert "Calendar file (.ics)" in page.words
    assert "with the join link" not in page.words
