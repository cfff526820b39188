"""The page that explains feeds, and the ways to it."""

import pytest
from django.test import override_settings
from lxml import html

from competencyworks.website.subscribe import FEEDS
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client, path: str) -> html.HtmlElement:
    return html.fromstring(client.get(path).content.decode())


def addresses(page) -> list[str]:
    """The addresses that the page offers to copy."""
    return [code.text for code in page.find_class("feed-address")]


def test_every_address_to_copy_is_absolute_and_answers(client):
    found = addresses(page_of(client, "/subscribe/"))
    assert len(found) == len(set(found)) == len(FEEDS) + 1
    for address in found:
        path = address.removeprefix("http://127.0.0.1:8000")
        answer = client.get(path)
        assert answer.status_code == 200, address
        kind = "text/calendar" if path.endswith(".ics") else "application/rss+xml"
        assert answer["Content-Type"].startswith(kind)


def test_a_link_opens_the_calendar_in_the_readers_own_program(client):
    with override_settings(SITE_URL="https://works.example.org"):
        page = page_of(client, "/subscribe/")
    (link,) = page.xpath("//main//a[starts-with(@href, 'webcal:')]/@href")
    assert link == "webcal://works.example.org/events/calendar.ics"
    assert "https://works.example.org/feed/" in addresses(page)


def test_a_feed_is_explained_in_four_sentences(client):
    (words,) = page_of(client, "/subscribe/").xpath("//h2[@id='feeds']/following::p[1]")
    assert words.text_content().count(".") == 4


@pytest.mark.parametrize("part", ["header", "footer"])
def test_every_page_leads_to_it(client, part):
    for path in ("/", "/blog/", "/nowhere/"):
        assert page_of(client, path).xpath(f"//{part}//a[@href='/subscribe/']"), path


def test_no_page_leads_a_reader_to_bare_xml(client):
    topic = factories.topic(slug="equity")
    series = factories.series(slug="umbrella")
    person = factories.person(slug="ana")
    post = factories.post(topics=[topic], series=series, authors=[person], tags=["pacing"])
    factories.page(title="About", slug="about", in_menu=True)
    paths = [
        "/", "/blog/", "/blog/k-12/", "/blog/whats-new/", "/series/umbrella/", "/papers/",
        "/topics/equity/", "/tags/pacing/", "/people/ana/", "/events/", "/events/past/",
        "/wiki/", "/wiki/recent/", "/subscribe/", "/about/", post.path,
    ]  # fmt: skip
    for path in paths:
        assert page_of(client, path).xpath("//a[contains(@href, 'feed/')]/@href") == [], path


@pytest.mark.parametrize(
    "path", ["/blog/k-12/", "/topics/equity/", "/tags/pacing/", "/people/ana/", "/series/umbrella/"]
)
def test_a_list_offers_the_address_of_its_own_feed(client, path):
    factories.post(
        topics=[factories.topic(slug="equity")],
        series=factories.series(slug="umbrella"),
        authors=[factories.person(slug="ana")],
        tags=["pacing"],
    )
    page = page_of(client, path)
    assert addresses(page) == [f"http://127.0.0.1:8000{path}feed/"]
    assert page.xpath("//main//details//a[@href='/subscribe/']")


def test_it_is_in_the_sitemap(client):
    assert "/subscribe/</loc>" in client.get("/sitemap-lists.xml").content.decode()
