"""Where HTML becomes plain words, a blank stands between two paragraphs, and none in a word."""

import pytest
from lxml import etree, html

from competencyworks.core.discussion import answering
from tests import factories

pytestmark = pytest.mark.django_db

BODY = (
    "<p>Pace is <em>one</em>.</p><p>Un<strong>bound</strong><br>time</p>"
    "<ul><li>a</li><li>b</li></ul>"
)
WORDS = "Pace is one. Unbound time a b"


@pytest.mark.parametrize("of_all", [True, False])
def test_in_the_feeds_of_comments(client, of_all):
    post = factories.post()
    factories.comment(post, body=BODY)
    feed = etree.fromstring(
        client.get("/comments/feed/" if of_all else f"{post.path}feed/").content
    )
    assert feed.findtext("channel/item/description") == WORDS


def test_in_the_newest_comments(client):
    factories.comment(factories.post(), body=BODY)
    page = html.fromstring(client.get("/").content)
    [excerpt] = page.find_class("newest-comments")[0].find_class("excerpt")
    assert WORDS in excerpt.text_content()


def test_in_the_description_of_a_page(client):
    factories.person(slug="ana", bio=BODY)
    page = html.fromstring(client.get("/people/ana/").content)
    assert page.xpath("//meta[@name='description']/@content") == [WORDS]


def test_in_the_mail_about_a_reply():
    post = factories.post()
    above = factories.comment(post, email="ben@example.org", wants_replies=True, is_confirmed=True)
    reply = factories.comment(post, email="ana@example.org", body=BODY, parent=above)
    assert WORDS in answering.mail_for(reply).text
