"""Walks through the site as a visitor does, from page to page by every link there is."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree, html

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# Element and attribute that name an address which a browser would ask for.
LINKS = [
    ("a", "href"), ("link", "href"), ("img", "src"), ("source", "src"), ("script", "src"),
    ("form", "action"), ("iframe", "src"), ("video", "src"), ("audio", "src"),
]  # fmt: skip
# Links to pages that nobody has written yet say so, and lead to a page that says it too.
NOT_WANTED = "not(contains(concat(' ', @class, ' '), ' wanted '))"
# How many addresses are asked that differ only in the values of their filters: of one filter, and
# of two or more together. Each state of the map with each tag alone would be 7,500 answers of
# 26,600, all by the same view and template.
SINGLE, COMBINED = 12, 3
SRCSETS = [("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset")]


@dataclass(frozen=True)
class Answer:
    """What the site said to one request."""

    address: str  # path, with its query if it has one
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes
    queries: list[str]

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.kind == "text/html"

    @cached_property
    def tree(self):
        """The page as a tree of elements."""
        return html.document_fromstring(self.body, parser=html.HTMLParser(encoding="utf-8"))

    @property
    def is_hidden(self) -> bool:
        """Whether the page asks search engines to pass over it."""
        return any(
            "noindex" in value for value in self.tree.xpath("//meta[@name='robots']/@content")
        )

    @cached_property
    def targets(self) -> list[str]:
        """The addresses on this site that the answer names, as paths; fragments are kept."""
        if self.is_page:
            named = [
                address
                for element, attribute in LINKS
                for address in self.tree.xpath(f"//{element}[{NOT_WANTED}]/@{attribute}")
            ]
            for element, attribute in SRCSETS:
                for value in self.tree.xpath(f"//{element}/@{attribute}"):
                    named += [part.split()[0] for part in value.split(",") if part.strip()]
        elif self.status == 200 and self.kind == "application/xml":
            named = [entry.text for entry in etree.fromstring(self.body).iter(f"{SITEMAP}loc")]
        elif self.address == "/robots.txt":
            named = re.findall(r"^Sitemap: (\S+)", self.body.decode(), re.MULTILINE)
        else:
            return []
        own = [on_this_site(urljoin(settings.SITE_URL + self.address, name)) for name in named]
        return [address for address in own if address is not None]


def on_this_site(url: str) -> str | None:
    """The path (readable, with query and fragment) of an absolute address, if it is ours."""
    if not url.startswith(f"{settings.SITE_URL}/"):
        return None
    parts = urlsplit(url)
    path = unquote(parts.path) + (f"?{parts.query}" if parts.query else "")
    return path + (f"#{parts.fragment}" if parts.fragment else "")


@dataclass
class Crawl:
    """
    Every answer by its address, and who named the address first; what the site kept meanwhile for
    registrants alone: ways in, and tokens of their pages.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    found_on: dict[str, str] = field(default_factory=dict)
    ways_in: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)

    @property
    def pages(self) -> list[Answer]:
        return [answer for answer in self.answers.values() if answer.is_page]

    @property
    def feeds(self) -> list[Answer]:
        return [answer for answer in self.answers.values() if answer.kind == "application/rss+xml"]


def crawl(start: list[str]) -> Crawl:
    """
    Ask for the addresses of `start` and for all that can be reached from there.

    The first values of a filter stand for the others (`SINGLE`, `COMBINED`).
    """
    client, walk, waiting = Client(), Crawl(), deque(start)
    walk.found_on = dict.fromkeys(start, "the start")
    asked: Counter[tuple[str, frozenset[str]]] = Counter()
    while waiting:
        answer = ask(client, waiting.popleft())
        walk.answers[answer.address] = answer
        for target in answer.targets:
            address = target.partition("#")[0]
            if address in walk.found_on:
                continue
            path, _, query = address.partition("?")
            names = frozenset(parse_qs(query, keep_blank_values=True))
            asked[path, names] += 1
            if query and asked[path, names] > (SINGLE if len(names) == 1 else COMBINED):
                continue
            walk.found_on[address] = answer.address
            waiting.append(address)
    return walk


def ask(client: Client, address: str) -> Answer:
    """The answer at `address`; redirects are not followed."""
    # A full log of 9,000 queries takes up no further ones, and every count after it would be 0.
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers={"host": urlsplit(settings.SITE_URL).netloc})
        body = response.getvalue()
    return Answer(
        address=address,
        status=response.status_code,
        headers=dict(response.items()),
        cookies=list(response.cookies),
        body=body,
        queries=[query["sql"] for query in queries.captured_queries],
    )
