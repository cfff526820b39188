"""On every page of the demo and of the showcase 'Mentioned in' equals what a crawl finds."""

import re
from urllib.parse import urljoin

import pytest
from django.conf import settings

from competencyworks.core.addresses import normalize
from tests.crawl import Answer, Crawl, on_this_site
from tests.showcase import HIDDEN

pytestmark = pytest.mark.django_db

SECTION = "//section[@class='mentioned']"


ARTICLE = "//article[contains(@class, 'reading')]"
# The text of an item, not what its page shows of others; at the head of a page of a person or a
# channel, biography and website or the introduction.
HEAD = "//header[contains(@class, 'page-head')]"
TEXTS = " | ".join(
    [
        f"{ARTICLE}/div[@class='prose']",
        f"{ARTICLE}/section[@class='abstract']/div[@class='prose']",
        f"{HEAD}//div[@class='prose']",
        f"{HEAD}//a[@rel='me']/..",
    ]
)


def is_of_an_item(page: Answer) -> bool:
    return bool(page.tree.xpath(ARTICLE)) or page.address.startswith("/people/")


def is_of_a_channel(page: Answer) -> bool:
    """Such a page is a list, as those of topics: it mentions, but does not say where it is."""
    return page.address in ("/blog/k-12/", "/blog/higher-ed/")


def led_to(page: Answer) -> set[str]:
    """The addresses on this site that the text of `page` leads to, its notes too."""
    found = set()
    for text in page.tree.xpath(TEXTS):
        for href in text.xpath(".//a[not(contains(@class, 'wanted'))]/@href"):
            address = on_this_site(urljoin(settings.SITE_URL + page.address, href))
            if address is not None and not href.startswith("#"):
                found.add(normalize(re.split("[?#]", address)[0]))
    return found - {normalize(page.address)}


def test_the_pages_say_what_leads_to_them_and_nothing_else(walk: Crawl):
    pages = [page for page in walk.pages if "?" not in page.address]
    expected: dict[str, set[str]] = {}
    for page in pages:
        if is_of_an_item(page) or is_of_a_channel(page):
            for path in led_to(page):
                expected.setdefault(path, set()).add(page.address)
    said: dict[str, set[str]] = {}
    capped = set()
    for page in pages:
        for section in page.tree.xpath(SECTION):
            said[normalize(page.address)] = set(section.xpath(".//li/a/@href"))
            if section.xpath("./p[@class='more']"):
                capped.add(normalize(page.address))
    assert len(said) > 20
    people = {path for path, citing in said.items() if any("/people/" in one for one in citing)}
    assert people
    public = {normalize(page.address) for page in pages if is_of_an_item(page)}
    for path in sorted(said.keys() | (expected.keys() & public)):
        if path in capped:
            assert said[path] < expected[path], path
        else:
            assert said.get(path, set()) == expected.get(path, set()), path


def test_no_draft_is_said_to_mention_anything(walk: Crawl):
    for page in walk.pages:
        for section in page.tree.xpath(SECTION):
            assert HIDDEN not in section.text_content().lower()
