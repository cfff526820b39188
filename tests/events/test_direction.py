"""What registrants write from right to left reads so."""

import pytest
from lxml import html

from tests.events import factories, pages

pytestmark = pytest.mark.django_db


def test_the_form_and_the_own_page_take_the_direction_of_the_words(client):
    event = factories.event()
    event.questions.create(text="What do you hope to learn?", kind="text")
    tree = html.fromstring(client.get(pages.address(event)).content)
    fields = tree.xpath("//form[@method='post']//*[@dir='auto']/@name")
    (question,) = event.questions.all()
    assert {"name", "organization"} <= set(fields)
    assert any(str(question.pk) in name for name in fields)
    assert "email" not in fields
    made = factories.registered(event, name="نورا", organization="مدرسة")
    tree = html.fromstring(client.get(pages.own_path(made)).content)
    assert tree.xpath("//dl[@class='said']/dd[@dir='auto']/text()")[:2] == ["نورا", "مدرسة"]
