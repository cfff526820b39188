"""What programs read of the site: feeds, sitemap, JSON-LD, Open Graph; for every public page."""

import json
import re
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from django.templatetags.static import static
from lxml import etree, html

from competencyworks.core.metadata import DEFAULT_CARD
from tests.crawl import SITEMAP, Answer, Crawl, on_this_site

# The crawl needs the database, the tests that look at what it found do not.
pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def is_absolute(address: str) -> bool:
    return address.startswith(("https://", "http://", "mailto:", "tel:"))


def is_post(page: Answer) -> bool:
    """Whether the page is that of one post, by its address."""
    return bool(re.fullmatch(r"/blog/\d{4}/\d\d/[^/?]+/", page.address))


# --- Feeds: https://www.rssboard.org/rss-specification --------------------------------------


def items_of(feed: Answer) -> list[etree._Element]:
    return etree.fromstring(feed.body).findall("channel/item")


def test_every_feed_says_what_it_is_and_where(walk):
    titles = Counter()
    for feed in walk.feeds:
        root = etree.fromstring(feed.body)
        assert (root.tag, root.get("version")) == ("rss", "2.0"), feed.address
        channel = root.find("channel")
        titles[channel.findtext("title")] += 1
        assert channel.findtext("description").strip(), feed.address
        assert channel.findtext("language") == "en-us", feed.address
        parsedate_to_datetime(channel.findtext("lastBuildDate"))
        own = channel.find(f"{ATOM}link")
        assert own.get("rel") == "self", feed.address
        assert on_this_site(own.get("href")) == feed.address
        page = walk.answers[on_this_site(channel.findtext("link"))]
        assert page.is_page
        linked = page.tree.xpath("//link[@rel='alternate']/@href")
        assert feed.address in linked, feed.address
    assert not [title for title, count in titles.items() if not title or count > 1]


def test_every_item_of_a_feed_is_whole(walk):
    filled = 0
    for feed in walk.feeds:
        items = items_of(feed)
        filled += bool(items)
        dates, guids = [], []
        for item in items:
            link = item.findtext("link")
            # Comments have addresses that lead on to their place in a thread.
            if not on_this_site(link).startswith("/comments/"):
                assert walk.answers[on_this_site(link)].is_page, feed.address
            assert item.find("guid").get("isPermaLink") == "false"
            guids.append(item.findtext("guid"))
            assert item.findtext("title").strip()
            assert item.findtext("description").strip()
            assert item.findtext(CONTENT).strip()
            dates.append(parsedate_to_datetime(item.findtext("pubDate")))
        assert dates == sorted(dates, reverse=True), feed.address
        links = [item.findtext("link") for item in items]
        assert len(links) == len(set(links)), feed.address
        assert len(guids) == len(set(guids)), feed.address
    assert filled > 20


def test_texts_in_feeds_hold_outside_of_the_site(walk):
    """Readers of feeds resolve no relative address, and run nothing."""
    seen = set()
    for feed in walk.feeds:
        for item in items_of(feed):
            text = html.fragment_fromstring(item.findtext(CONTENT), create_parent="div")
            addresses = {*text.xpath(".//@href"), *text.xpath(".//@src")}
            assert all(map(is_absolute, addresses)), (feed.address, addresses)
            assert not text.xpath(".//script | .//style | .//@style")
            seen |= addresses
    assert len(seen) > 20


def test_feeds_name_every_author(walk):
    feed = walk.answers["/series/four-years-in-a-small-school/feed/"]
    for item in items_of(feed):
        assert item.findall(CREATOR)[0].text == "Ana Ruiz"
        assert len(item.findall(CREATOR)) == 2


# --- Sitemap: https://www.sitemaps.org/protocol.html ----------------------------------------


@pytest.fixture(scope="session")
def places(walk: Crawl) -> dict[str, list[str]]:
    """The path of each entry of the sitemaps, and its dates (as written)."""
    found: dict[str, list[str]] = {}
    index = etree.fromstring(walk.answers["/sitemap.xml"].body)
    assert index.tag == f"{SITEMAP}sitemapindex"
    for section in index.iter(f"{SITEMAP}loc"):
        entries = etree.fromstring(walk.answers[on_this_site(section.text)].body)
        for entry in entries.findall(f"{SITEMAP}url"):
            path = on_this_site(entry.findtext(f"{SITEMAP}loc"))
            found.setdefault(path, []).append(entry.findtext(f"{SITEMAP}lastmod"))
    return found


def test_the_sitemap_lists_every_page_once(walk, places):
    """Of a list its first page, and not the archives by date: their posts are there."""
    assert not [path for path, dates in places.items() if len(dates) != 1]
    dated = ("/blog/2", "/events/calendar/")
    archives = {page.address for page in walk.pages if page.address.startswith(dated)}
    archives -= {page.address for page in walk.pages if is_post(page)}
    wanted = {page.address for page in walk.pages if not page.is_hidden and "?" not in page.address}
    assert wanted - archives - set(places) == set()
    assert set(places) - wanted == set()


def test_the_sitemap_says_when_each_page_changed(places):
    days = {path: dates[0] for path, dates in places.items()}
    assert not [path for path, day in days.items() if not day]
    for day in days.values():
        datetime.fromisoformat(day)


def test_robots_are_told_of_the_sitemap(walk):
    assert "/sitemap.xml" in walk.answers["/robots.txt"].targets


# --- JSON-LD: https://schema.org, https://developers.google.com/search/docs ------------------


def graph_of(page: Answer) -> dict[str, dict]:
    """The page's data blocks by type."""
    blocks = [
        json.loads(text) for text in page.tree.xpath("//script[@type='application/ld+json']/text()")
    ]
    assert all(block["@context"] == "https://schema.org" for block in blocks), page.address
    return {item["@type"]: item for block in blocks for item in block.get("@graph", [block])}


def moment(text: str) -> datetime:
    """The moment that an ISO 8601 text names; it must say its offset."""
    found = datetime.fromisoformat(text)
    assert found.tzinfo
    return found


def test_every_post_is_an_article_to_machines(walk):
    posts = [page for page in walk.pages if is_post(page)]
    assert len(posts) > 20
    for page in posts:
        data = graph_of(page).get("BlogPosting") or graph_of(page)["Article"]
        assert 0 < len(data["headline"]) <= 110
        assert on_this_site(data["url"]) == page.address
        assert on_this_site(data["mainEntityOfPage"]) == page.address
        assert moment(data["datePublished"])
        assert moment(data["dateModified"])
        assert data["publisher"]["name"]
        assert data["description"]
        for author in data["author"]:
            assert author["name"]
            assert author["@type"] == "Organization" or on_this_site(author["url"]) in walk.answers
        (card,) = page.tree.xpath("//meta[@property='og:image']/@content")
        assert "image" not in data or card == data["image"], page.address


def test_every_page_but_home_says_where_it_stands(walk):
    for page in walk.pages:
        if page.address.partition("?")[0] in ("/", "/healthz"):
            continue
        crumbs = graph_of(page)["BreadcrumbList"]["itemListElement"]
        assert [crumb["position"] for crumb in crumbs] == list(range(1, len(crumbs) + 1))
        assert all(crumb["name"] and is_absolute(crumb["item"]) for crumb in crumbs)
        places = [on_this_site(crumb["item"]) for crumb in crumbs]
        assert places[0] == "/"
        assert places[-1] == page.address.partition("?")[0]
        assert all(walk.answers[place].is_page for place in places)


def test_people_series_and_the_site_are_known_to_machines(walk):
    seen = Counter()
    for page in walk.pages:
        parts = page.address.partition("?")[0].strip("/").split("/")
        if parts[0] == "people":
            person = graph_of(page)["Person"]
            assert person["name"]
            assert on_this_site(person["url"]) == page.address.partition("?")[0]
        elif parts[0] == "series" and len(parts) == 2:
            series = graph_of(page)["CreativeWorkSeries"]
            assert series["name"]
            assert on_this_site(series["url"]) == page.address
            assert all(on_this_site(part["url"]) in walk.answers for part in series["hasPart"])
        elif parts == [""]:
            site = graph_of(page)["WebSite"]
            assert on_this_site(site["url"]) == "/"
            assert site["potentialAction"]["target"].endswith("/search/?q={search_term_string}")
        else:
            continue
        seen[parts[0]] += 1
    assert set(seen) == {"people", "series", ""}


# --- Open Graph: https://ogp.me ----------------------------------------------------------------


def test_every_page_has_a_card(walk):
    pictured = 0
    for page in walk.pages:
        card = {
            meta.get("property"): meta.get("content")
            for meta in page.tree.xpath("//meta[starts-with(@property, 'og:')]")
        }
        for name in ("og:type", "og:title", "og:description", "og:url", "og:site_name"):
            assert card.get(name), (page.address, name)
        address = on_this_site(card["og:image"])
        is_default = address == static(DEFAULT_CARD)
        pictured += not is_default
        assert is_default or walk.answers[address].kind.startswith("image/")
        assert int(card["og:image:width"]) > 0
        assert int(card["og:image:height"]) > 0
        assert card["og:image:alt"]
    assert pictured > 20
