"""An event that does not take place says so wherever it is seen."""

import json

import pytest
from django.utils import timezone
from lxml import html

from tests import factories as made
from tests.events import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return factories.event(
        title="Grading live",
        kind="meeting",
        capacity=3,
        cancelled_at=made.ago(days=1),
        cancel_reason="Snow.",
    )


def test_its_page_says_so_in_title_head_and_data(client, event):
    tree = html.fromstring(client.get(event.path).content)
    head = tree.xpath("//header[contains(@class, 'article-head')]")[0]
    assert head.xpath("p[@class='kicker']")[0].text_content() == "Meeting Canceled"
    (notice,) = head.xpath("h1/following-sibling::p[contains(@class, 'error')]/text()")
    assert notice == "This meeting has been canceled. Snow."
    assert tree.findtext(".//title").startswith("Canceled: Grading live")
    for name in ("og:title", "og:description"):
        assert tree.xpath("//meta[@property=$name]/@content", name=name)[0].startswith("Canceled")
    graph = json.loads(tree.xpath("//script[@type='application/ld+json']")[0].text)["@graph"]
    assert graph[0]["eventStatus"] == "https://schema.org/EventCancelled"


def test_lists_months_feed_and_calendars_say_so(client, event):
    month = timezone.localtime(event.starts_at, event.tz)
    for address in ("/events/", f"/events/calendar/{month:%Y/%m}/", "/events/feed/"):
        assert "Canceled" in client.get(address).content.decode(), address
        assert "Cancelled" not in client.get(address).content.decode(), address
    for address in ("/events/calendar.ics", f"{event.path}event.ics"):
        entry = client.get(address).content.decode()
        assert "SUMMARY:Canceled: Grading live" in entry
        assert "STATUS:CANCELLED" in entry


def test_one_that_takes_place_says_nothing_of_the_kind(client):
    event = factories.event()
    for address in (event.path, "/events/", "/events/calendar.ics"):
        assert "ancel" not in client.get(address).content.decode().replace("/cancel/", "")
