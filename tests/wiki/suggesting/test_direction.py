"""What readers suggest from right to left reads so."""

import pytest
from lxml import html

pytestmark = pytest.mark.django_db


def test_the_form_takes_the_direction_of_what_is_typed(client):
    tree = html.fromstring(client.get("/wiki/suggest/").content)
    fields = set(tree.xpath("//form[@id='suggest-form']//*[@dir='auto']/@name"))
    assert {"title", "summary", "note", "name"} <= fields
    assert not {"email", "url"} & fields
