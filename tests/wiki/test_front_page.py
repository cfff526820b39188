"""The front page of the wiki: what it says of each page, and what stands beside."""

import pytest
from lxml import html

from competencyworks.core import revisions
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client) -> html.HtmlElement:
    return html.fromstring(client.get("/wiki/").content.decode())


def titles(client, head: str) -> list[str]:
    """The titles of the list below `head` in the margin."""
    return page_of(client).xpath(f"//aside//section[h2[contains(., '{head}')]]//li/a/text()")


def said_of(client, text: str) -> str:
    factories.wiki_page("A topic", body=f"<p>{text}</p>")
    (found,) = page_of(client).xpath("//p[@class='about']")
    return found.text


def test_a_page_is_introduced_by_its_whole_first_sentence(client):
    text = (
        "A performance assessment asks for the thing itself, which is to say an argument, a "
        "repair, a diagnosis or a defense of what was done. It is old."
    )
    assert said_of(client, text) == text.removesuffix(" It is old.")


def test_names_and_abbreviations_end_no_sentence(client):
    text = "Dr. Ana B. Ruiz of the U.S. Department, e.g. in Ohio, asked “Why?” of all. Then more."
    assert said_of(client, text) == text.removesuffix(" Then more.")


def test_an_endless_sentence_ends_at_a_word(client):
    said = said_of(client, "learning " * 58)
    assert len(said) <= 221
    assert said.endswith("learning…")


def test_marks_of_html_are_shown_as_what_they_stand_for(client):
    assert said_of(client, "Time &lt; learning &amp; so on.") == "Time < learning & so on."


def test_nothing_stands_twice_in_the_margin(client):
    for number in range(6):
        revisions.record(factories.resource(title=f"Resource {number}"))
    page = factories.wiki_page("A topic")
    for _ in range(3):
        revisions.record(page)
    revisions.record(factories.wiki_page("Another"))
    assert titles(client, "Recently changed pages") == ["Another", "A topic"]
    newest = titles(client, "Newest resources")
    assert len(newest) == 3
    assert all(title.startswith("Resource") for title in newest)
