"""All public pages, found by their links, keep what every page promises."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

import pytest

from tests import leaks
from tests.crawl import Answer, Crawl, on_this_site
from tests.showcase import HIDDEN, PASS_CODE

# The crawl needs the database, the tests that look at what it found do not.
pytestmark = pytest.mark.django_db

HEADINGS = [f"h{level}" for level in range(1, 7)]
MISSING = "/nothing-is-here/"
COMMENT = re.compile(r"/comments/\d+/")


def wrong(problems: Iterable[str | None]) -> list[str]:
    """The problems among the answers of a check; each is told once."""
    return sorted({problem for problem in problems if problem})


@pytest.fixture(scope="session")
def listed(walk: Crawl) -> list[Answer]:
    """The pages that search engines may list."""
    return [page for page in walk.pages if not page.is_hidden]


def test_the_sweep_reaches_every_kind_of_page(walk):
    """A crawl that stops early would pass every check below."""
    assert len(walk.pages) > 100
    assert len(walk.feeds) > 20
    starts = [
        "/", "/blog/", "/blog/k-12/?page=2", "/blog/2", "/series/", "/topics/", "/tags/",
        "/people/", "/states/", "/guide/", "/search/?q=competency&page=2", "/sitemap-",
        "/papers/", "/papers/?year=2021", "/papers/?topic=", "/events/past/?page=2",
        "/events/calendar/", "/events/calendar.ics", "/wiki/resources/", "/wiki/resources/?kind=",
        "/wiki/resources.csv", "/wiki/providers/", "/wiki/resources/?view=table",
        "/wiki/resources/?view=map",
        "/wiki/recent/", "/wiki/recent/feed/", "/wiki/wanted/", "/wiki/grading-for-learning/",
        "/media/", "/static/",
    ]  # fmt: skip
    for start in starts:
        assert any(address.startswith(start) for address in walk.answers), start


def test_every_address_that_the_site_names_answers_200(walk):
    answers = [
        answer
        for address, answer in walk.answers.items()
        # The address of a comment leads to the page of its item on which it is.
        if address != MISSING and not (answer.status == 302 and COMMENT.fullmatch(address))
    ]
    assert not wrong(
        answer.status != 200
        and f"{answer.status} at {answer.address}, named on {walk.found_on[answer.address]}"
        for answer in answers
    )
    assert walk.answers[MISSING].status == 404


def test_links_to_what_is_not_written_yet_lead_to_a_page_that_says_so(walk, client):
    wanted = {
        link
        for page in walk.pages
        for link in page.tree.xpath("//a[contains(@class, 'wanted')]/@href")
    }
    assert wanted
    assert not wanted & walk.answers.keys()


def test_links_into_a_page_find_their_place(walk):
    problems = []
    for page in walk.pages:
        for target in page.targets:
            address, _, fragment = target.partition("#")
            there = walk.answers.get(address)  # none: one of many that combine filters
            if not (fragment and there and there.is_page):
                continue
            if not there.tree.xpath("//*[@id=$id]", id=fragment):
                problems.append(f"{page.address} leads to {target}")
    assert not wrong(problems)


def test_ids_are_unique_in_their_page(walk):
    assert not wrong(
        f"{page.address} has {count} of #{name}"
        for page in walk.pages
        for name, count in Counter(page.tree.xpath("//@id")).items()
        if count > 1
    )


def test_each_page_has_one_heading_of_the_first_level(walk):
    counts = {page.address: page.tree.xpath("//h1") for page in walk.pages}
    assert not wrong(
        f"{address}: {len(found)} h1" for address, found in counts.items() if len(found) != 1
    )
    assert all(found[0].text_content().strip() for found in counts.values())


@pytest.mark.parametrize("what", ["//title/text()", "//meta[@name='description']/@content"])
def test_titles_and_descriptions_are_there_and_differ(walk, listed, what):
    words = {page.address: " ".join(page.tree.xpath(what)).strip() for page in walk.pages}
    assert not [address for address, found in words.items() if not found]
    owners = Counter(words[page.address] for page in listed)
    assert not wrong(
        f"{page.address}: {words[page.address]}"
        for page in listed
        if owners[words[page.address]] > 1
    )


def test_each_listed_page_names_its_own_address(listed):
    elsewhere = "https://elsewhere.example.org/first/"
    named = {page.address: page.tree.xpath("//link[@rel='canonical']/@href") for page in listed}
    assert [elsewhere] in named.values()
    assert not wrong(
        f"{address}: {found}"
        for address, found in named.items()
        if found != [elsewhere] and [on_this_site(one) for one in found] != [address]
    )


def test_each_page_says_its_language_and_fits_a_phone(walk):
    for page in walk.pages:
        assert page.tree.get("lang") == "en", page.address
        assert page.tree.xpath("//meta[@name='viewport']"), page.address


def test_no_public_answer_is_for_one_visitor(walk):
    """No cookie, and nothing that would keep a cache from giving it to everyone."""
    answers = walk.answers.values()
    assert not [answer.address for answer in answers if answer.cookies]
    assert not wrong(
        f"{answer.address}: Vary: {vary}"
        for answer in answers
        if (vary := answer.headers.get("Vary", "").lower()) not in ("", "accept-encoding")
    )
    assert not [page.address for page in walk.pages if b"csrfmiddlewaretoken" in page.body]


def test_each_answer_is_guarded(walk):
    for answer in walk.answers.values():
        assert answer.headers["X-Content-Type-Options"] == "nosniff", answer.address
    for page in walk.pages:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, page.address
        assert "frame-ancestors 'none'" in policy, page.address
        assert "unsafe" not in policy, page.address
        assert page.headers["Referrer-Policy"], page.address


def test_no_page_holds_style_script_or_handler(walk):
    problems = []
    for page in walk.pages:
        found = page.tree.xpath("//style | //@style | //@*[starts-with(name(), 'on')]")
        found += page.tree.xpath("//script[not(@src) and not(@type='application/ld+json')]")
        found += page.tree.xpath("//@href[starts-with(., 'javascript:')]")
        problems += [f"{page.address}: {item!r}" for item in found]
    assert not wrong(problems)


def test_pictures_have_words_and_a_size(walk):
    problems = [
        f"{page.address}: {picture.get('src')} lacks {name}"
        for page in walk.pages
        for picture in page.tree.xpath("//img")
        for name in ("alt", "width", "height")
        if picture.get(name) is None
    ]
    assert not wrong(problems)


def test_headings_leave_out_no_level(walk):
    problems = []
    for page in walk.pages:
        levels = [
            int(element.tag[1])
            for element in page.tree.find(".//main").iter()
            if element.tag in HEADINGS
        ]
        steps = itertools.pairwise(levels)
        problems += [f"{page.address}: h{a} then h{b}" for a, b in steps if b > a + 1]
    assert not wrong(problems)


def test_what_is_not_public_shows_nowhere(walk):
    """The word stands in drafts, scheduled, expired, withdrawn items, in trash and comments."""
    searched_for = f"/search/?q={HIDDEN}"
    shown = [
        answer.address
        for answer in walk.answers.values()
        if HIDDEN.encode() in answer.body.lower() and not answer.address.startswith(searched_for)
    ]
    assert not shown
    result = walk.answers[searched_for].tree.xpath("//main//h2")
    assert not result


def test_the_way_in_and_registrants_tokens_show_nowhere(walk):
    """Join addresses, personal ones, instructions, and what opens a registrant's page."""
    assert len(walk.ways_in) > 15
    assert len(walk.tokens) > 500
    assert any("zoom.example" in secret for secret in walk.ways_in)
    bodies = {answer.address: answer.body for answer in walk.answers.values()}
    kinds = {answer.kind for answer in walk.answers.values()}
    assert {"text/html", "text/calendar", "application/rss+xml", "application/xml"} <= kinds
    assert not leaks.leaks(bodies, walk.ways_in, walk.tokens)
    found = walk.answers[f"/search/?q={PASS_CODE}"].tree.xpath("//main//h2")
    assert not found


SECRET = "https://video.example.org/w/1?pwd=a&name=Ann%20Lee"
TOKEN = f"77.{'aB3_-' * 8}xyz"


@pytest.mark.parametrize(
    "body",
    [
        f"Join: {SECRET} now",
        f'<a href="{SECRET.replace("&", "&amp;")}">Join</a>',
        json.dumps({"url": SECRET}).replace("&", "\\u0026"),
        json.dumps({"url": SECRET}).replace("/", "\\/"),
        f"DESCRIPTION:Join: {SECRET[:20]}\r\n {SECRET[20:]}",
        f"https://calendar.example/?details={quote(SECRET)}",
        f"https://calendar.example/?details={quote(quote(SECRET))}",
        f'<a href="/events/registration/{TOKEN}/">My page</a>',
        f"https://calendar.example/?details={quote(f'https://x.example/{TOKEN}/')}",
    ],
)
def test_a_way_in_that_leaks_once_is_found_however_it_is_written(body):
    harmless = {"/": b"<p>https://video.example.org/w/2</p>"}
    assert not leaks.leaks(harmless, {SECRET}, {TOKEN})
    assert len(leaks.leaks({**harmless, "/x/": body.encode()}, {SECRET}, {TOKEN})) == 1


def most_queries(answer: Answer) -> int:
    """How many queries an answer of its kind may cost."""
    if answer.kind == "application/xml":
        return 30  # sitemaps: what robots read
    if answer.status == 404:
        return 6  # looks through pages of the staff's and addresses of the past
    if not answer.is_page:
        return 4  # feeds, and files that need none
    if answer.address.startswith("/search/"):
        return 5
    lists = ("/blog/", "/series/", "/topics/", "/tags/", "/states/", "/people/", "/papers/")
    is_post = answer.tree.xpath("//meta[@property='og:type' and @content='article']")
    return 6 if answer.address.startswith(lists) and not is_post else 8


def test_no_answer_asks_the_database_too_often(walk):
    assert not wrong(
        f"{len(answer.queries)} queries at {answer.address}"
        for answer in walk.answers.values()
        if len(answer.queries) > most_queries(answer)
    )
