"""Which month the calendar opens, and what it says of one that is over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from lxml import html

from tests import factories as made
from tests.events import factories

pytestmark = pytest.mark.django_db


def opened(client) -> str:
    """The address of the month that is shown."""
    tree = html.fromstring(client.get("/events/calendar/").content)
    name = datetime.strptime(tree.findtext(".//h1"), "%B %Y")
    return f"/events/calendar/{name:%Y/%m}/"


def path_of(moment) -> str:
    return f"/events/calendar/{timezone.localtime(moment):%Y/%m}/"


def test_it_opens_the_present_month_where_nothing_is_planned(client):
    factories.event(days=-40)
    assert opened(client) == path_of(timezone.now())


def test_it_opens_the_month_of_the_next_event(client):
    factories.event(starts_at=timezone.now() - timedelta(hours=3), hours=1)
    called_off = factories.event(days=45, cancelled_at=made.ago(days=1))
    assert opened(client) == path_of(timezone.now())
    ahead = factories.event(days=80)
    assert opened(client) == path_of(ahead.starts_at) != path_of(called_off.starts_at)


def test_an_event_that_began_in_an_earlier_month_opens_the_present_one(client):
    factories.event(starts_at=timezone.now() - timedelta(days=40), hours=24 * 60)
    assert opened(client) == path_of(timezone.now())


def test_search_engines_list_the_month_by_its_own_address_alone(client):
    ahead = factories.event(days=80)
    for address, is_hidden in (("/events/calendar/", True), (path_of(ahead.starts_at), False)):
        tree = html.fromstring(client.get(address).content)
        assert bool(tree.xpath("//meta[@name='robots']")) is is_hidden


def test_the_list_leads_there(client):
    tree = html.fromstring(client.get("/events/").content)
    assert tree.xpath("//nav[@aria-label='Event views']//a/@href")[-1] == "/events/calendar/"


def test_a_month_that_is_over_says_so(client):
    factories.event(starts_at=datetime(2016, 10, 3, 12, tzinfo=UTC))
    ahead = factories.event(days=40)
    assert "This month is over" in client.get("/events/calendar/2016/10/").content.decode()
    assert "This month is over" not in client.get(path_of(ahead.starts_at)).content.decode()
    assert "This month is over" not in client.get(path_of(timezone.now())).content.decode()
