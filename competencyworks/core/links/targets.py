"""
What an item leads to: the links of its texts and of its fields.

A kind names the columns that hold HTML in `link_texts`, and those that hold one address in
`link_fields`.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin

from django.conf import settings
from django.db import models

from ..addresses import normalize
from ..models.links import ADDRESS_LENGTH
from ..prose.html_tokens import TOKEN, attributes_of
from .addresses import outside_key, own_host, split, tidy, without_dots
from .titles import keys_of

# Stored HTML is in the form of prose.html_tokens: a link ends where it says, and holds no other.
ANCHOR = re.compile(r"<a((?:\s[^\s=>]+=\"[^\"]*\")*)>(.*?)</a>", re.DOTALL)
TEXT_LENGTH = 300
# WordPress's numbers of items, under which their old addresses are stored (website.old_addresses).
NUMBERED = ("p", "page_id", "attachment_id")


class Target(NamedTuple):
    """Where a link leads: the key of an address outside, a path of this site, or a title."""

    outside: str = ""
    path: str = ""
    title: str = ""


class Written(NamedTuple):
    """A link as it was written."""

    words: str
    url: str


def targets_of(item: models.Model) -> dict[Target, Written]:
    """Everything that `item` leads to, each once, as it was first written. No query."""
    base = settings.SITE_URL + item.get_absolute_url()
    own = own_host()
    found: dict[Target, Written] = {}
    for href, title, words in _links(item):
        for target in _of_title(title) if title else [target_of(href, base, own)]:
            if target is None:
                continue
            before = found.get(target)
            if before is None or not before.words:
                found[target] = Written(words[:TEXT_LENGTH], href)
    return found


def _of_title(title: str) -> list[Target]:
    """
    The page with this title, and the one before a '#'. Which of them there is, is asked when the
    link is read.
    """
    return [Target(title=key) for key in keys_of(title)]


def _links(item: models.Model) -> Iterator[tuple[str, str, str]]:
    """Address, title of a wiki page ('' where there is none) and words of each link."""
    for name in item.link_texts:
        html = getattr(item, name)
        for attributes, inside in ANCHOR.findall(html) if "<a " in html else ():
            said = attributes_of(attributes)
            words = " ".join(unescape(TOKEN.sub("", inside)).split())
            yield said.get("href", ""), said.get("data-title", "").strip(), words
    for name in item.link_fields:
        if address := getattr(item, name):
            yield address, "", ""


def target_of(href: str, base: str, own: str) -> Target | None:
    """
    Where `href` leads on the page `base` of the host `own`; None where it leads to no page, or
    only to another place of the same.
    """
    href = tidy(href)
    if not href or href.startswith("#"):
        return None
    try:
        url = urljoin(base, href)
    except ValueError:  # as //[
        return None
    parts = split(url)
    if parts is None:
        return None
    host, path, query, _ = parts
    if host != own:
        key = outside_key(url)
        return Target(outside=key) if key else None
    path = inside_path(path, query)
    return Target(path=path) if len(path.encode("utf-8", "replace")) <= ADDRESS_LENGTH else None


def inside_path(path: str, query: str = "") -> str:
    """
    An address of this site in the form of `addresses.normalize`.

    A query stays only where it says which page is meant: WordPress's at the root, and behind the
    name of a file. Elsewhere it chooses a part of the page, or tells where a reader came from.
    """
    path = normalize(without_dots(path))
    path = path.removeprefix("/index.php") or "/"
    if not query:
        return path
    if path in ("/", "/blog"):
        for name, value in parse_qsl(query):
            if name in NUMBERED and value.isascii() and value.isdigit():
                return f"/?p={int(value[:18])}"
        return f"/?{query}" if path == "/" else path
    return f"{path}?{query}" if "." in path.rpartition("/")[2] else path
