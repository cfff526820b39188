"""What readers write from right to left reads so."""

import pytest
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db
NAME, WORDS = "نورا", "<p>تعلم</p>"


def test_a_comment_takes_the_direction_of_its_words(client):
    post = factories.post()
    above = factories.comment(post, name=NAME, body=WORDS)
    factories.comment(post, parent=above)
    tree = html.fromstring(client.get(post.path).content)
    first, answer = tree.xpath("//article[contains(@class, 'comment')]")
    assert first.xpath(".//h3[@dir='auto']")[0].text_content() == NAME
    assert first.xpath(".//div[contains(@class, 'comment-body')]/@dir") == ["auto"]
    assert answer.xpath(".//p[@class='in-answer']/a[@dir='auto']/text()") == [NAME]


def test_the_form_of_a_comment_takes_the_direction_of_what_is_typed(client):
    tree = html.fromstring(client.get(factories.post().path).content)
    for name in ("name", "body"):
        assert tree.xpath("//form[@id='write-form']//*[@name=$name]/@dir", name=name) == ["auto"]


def test_so_does_the_page_that_reports_a_comment(client):
    comment = factories.comment(factories.post(), name=NAME, body=WORDS)
    tree = html.fromstring(client.get(f"/comments/{comment.pk}/report/").content)
    assert tree.xpath("//h2[@dir='auto']/text()") == [NAME]
    assert tree.xpath("//div[contains(@class, 'comment-body')]/@dir") == ["auto"]
    assert tree.xpath("//input[@name='reason']/@dir") == ["auto"]
