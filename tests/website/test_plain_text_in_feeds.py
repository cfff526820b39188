"""Plain text that reaches HTML or another format once stays the text that it was."""

import json
import re
from html import unescape

import pytest
from lxml import etree, html

from competencyworks.core import revisions
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = "Write <img src=x onerror=alert(1)> & see"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def first_item(client, address: str):
    return etree.fromstring(client.get(address).content).find("channel/item")


def shown(description: str) -> str:
    """What a program shows of a description, which is HTML."""
    tree = html.fromstring(f"<div>{description}</div>")
    assert not tree.xpath("//img")
    return tree.text_content()


def data_of(client, path: str) -> list[dict]:
    text = client.get(path).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])["@graph"]


@pytest.mark.parametrize("of_all", [True, False])
def test_words_of_a_reader_are_no_html_in_the_feeds_of_comments(client, of_all):
    post = factories.post()
    escaped = WORDS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    factories.comment(post, body=f"<p>{escaped}</p>", name="Ana <b>R</b>")
    item = first_item(client, "/comments/feed/" if of_all else f"{post.path}feed/")
    assert shown(item.findtext("description")) == WORDS
    assert shown(item.findtext(CONTENT)).strip() == WORDS
    assert item.findtext("title").startswith("Ana bR/b on")


def test_the_reason_of_a_change_is_no_html_in_the_feed_of_the_wiki(client):
    page = factories.wiki_page("Pacing")
    revisions.record(page, reason=WORDS)
    item = first_item(client, "/wiki/recent/feed/")
    assert shown(item.findtext("description")) == WORDS
    assert shown(item.findtext(CONTENT)) == WORDS


def test_plain_text_is_not_read_as_html_for_descriptions(client):
    """A part between two signs was taken for a tag and dropped."""
    why = "Where n < 30 and m > 5, so “&lt;” stands."
    resource = factories.resource(why=why)
    assert any(each.get("description") == why for each in data_of(client, resource.path))
    topic = factories.topic(slug="small", description=why)
    factories.post(topics=[topic])
    page = html.fromstring(client.get("/topics/small/").content)
    assert page.xpath("//meta[@name='description']/@content") == [why]
    assert page.xpath("//meta[@property='og:description']/@content") == [why]


def test_the_words_of_a_person_are_unescaped_once(client):
    factories.person(slug="ana", bio="<p>Wrote &lt;em&gt;Pace&lt;/em&gt; &amp;amp; more.</p>")
    page = html.fromstring(client.get("/people/ana/").content)
    said = page.xpath("//meta[@name='description']/@content")
    assert said == ["Wrote <em>Pace</em> &amp; more."]
    assert unescape(said[0]) != said[0]
