"""Hours in lists are not broken between the number and its half of the day."""

import pytest
from lxml import html

from tests.events.factories import event

pytestmark = pytest.mark.django_db


def test_hours_on_home_stay_on_one_line(client):
    event()
    page = html.fromstring(client.get("/").content)
    [clock] = page.xpath("//*[@class='event-when']//time/*[@class='clock']")
    assert clock.text_content().endswith(".m.")
    assert clock.tail.startswith(" ")
