"""
What the site reads out of a rich text once, when it is saved: the HTML of its page, the
table of contents, the lead. Pages then show columns and compute nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

from django.utils.safestring import SafeString, mark_safe

from ..pictures.responsive import picture_html
from .cleaning import clean_html, from_plain
from .embeds import link_addresses
from .footnotes import number, without_notes, without_sidenotes
from .html_tokens import TOKEN, attributes_of
from .html_trees import parse, remove, write
from .leads import INLINE, summary
from .outlines import tidy_figures, tidy_headings, wrap_tables

PICTURE = re.compile(r'<img(?=[^>]*? data-image="(?P<id>\d+)")(?P<attributes>[^>]*)>')
SIZE = re.compile(r' (?:width|height)="\d+"')
# Begins with the sign that is seldom in a text, and looks back from it: five times as fast.
ADDRESS = re.compile(r'="(?:(?<=\shref=")|(?<=\ssrc=")|(?<=\scite="))([^"]*)"')
# An address that needs nothing but the host before it.
FROM_ROOT = re.compile(r"/(?![/.])[^.]*(?:\.[^./]+)?")


@dataclass(frozen=True)
class Text:
    """
    A rich text, read.

    `html` is for the page, `contents` a list of {"level", "id", "text"} of its headings of
    the two upper levels, `summary` the lead that the text itself gives.
    """

    html: str = ""
    contents: list[dict[str, Any]] = field(default_factory=list)
    summary: str = ""


def read(body: str) -> Text:
    """Read `body`, the HTML of a rich text. Cleans it; never raises."""
    html = clean_html(body)
    if not html:
        return Text()
    root = parse(number(html))
    link_addresses(root)
    text = summary(root)
    for element in list(root.iter("hr")):
        if element.get("class") == "more":
            remove(element)
    contents = tidy_headings(root)
    wrap_tables(root)
    tidy_figures(root)
    for image in root.iter("img"):
        image.set("alt", image.get("alt", ""))
        image.set("loading", "lazy")
        image.set("decoding", "async")
    return Text(write(root), contents, text)


def lead_of(text: Text, excerpt: str) -> str:
    """
    The lead of an item: its `excerpt` (plain text written by hand), or else what its text
    gives. Clean HTML that is '' or ends with `</p>`.
    """
    return from_plain(excerpt) or text.summary


def with_more_link(lead: str, url: str, title: str) -> SafeString:
    """`lead` with a link at the end of its last paragraph that names what it leads to."""
    hidden = f'<span class="visually-hidden"> {escape(title)}</span>'
    link = f'<a class="more-link" href="{escape(url)}">(more…){hidden}</a>'
    paragraphs = lead.removesuffix("</p>")
    start = f"{paragraphs} " if paragraphs else "<p>"
    return mark_safe(f"{start}{link}</p>")  # noqa: S308 - a lead is clean HTML, the rest escaped


def image_ids(html: str) -> list[int]:
    """The keys of the library's images that `html` shows, each once, in order."""
    return list(dict.fromkeys(int(image["id"]) for image in PICTURE.finditer(html)))


def with_pictures(html: str, images: Mapping[int, Any]) -> SafeString:
    """
    `html` (of a Text) with the images of the library shown in the renditions that fit the
    reader's window. `images` maps keys to core.Image; others stay as they are.
    """

    def picture(tag: re.Match[str]) -> str:
        image = images.get(int(tag["id"]))
        if image is None:
            return tag[0]
        attributes = attributes_of(tag["attributes"])
        names = attributes.get("class", "")
        width = attributes.get("width", "")
        sizes = f"{width}px" if width else _sizes(names.split())
        shown = picture_html(image, sizes=sizes, alt=attributes.get("alt") or None)
        own = {key: attributes[key] for key in ("class", "dir", "lang") if attributes.get(key)}
        if width:
            shown = SIZE.sub("", shown)
            own |= {key: attributes[key] for key in ("width", "height") if attributes.get(key)}
        listed = "".join(f' {key}="{escape(value)}"' for key, value in own.items())
        return shown.replace("<img", f"<img{listed}", 1)

    return mark_safe(PICTURE.sub(picture, html))  # noqa: S308 - clean before, escaped after


def _sizes(names: list[str]) -> str:
    """How wide the stylesheet shows a picture with these classes, for the browser to choose."""
    if "small" in names:
        return "12rem"
    if "medium" in names:
        return "(min-width: 40em) 24rem, 100vw"
    if {"align-left", "align-right"} & set(names):
        return "(min-width: 40em) 18rem, 100vw"
    return "(min-width: 40em) 38rem, 100vw"


def plain(html: str) -> str:
    """The words of `html` (a stored text or a lead) without markup and footnotes, on one line."""

    def between(token: re.Match[str]) -> str:
        return "" if token["name"] in INLINE else " "

    return " ".join(unescape(TOKEN.sub(between, without_notes(clean_html(html)))).split())


def for_feed(html: str, page: str) -> str:
    """
    `html` (of a Text) for readers of feeds: notes at the end alone, every address whole.

    `page` is the item's address, with scheme and host.
    """

    site = page[: page.index("/", page.index("://") + 3)]

    def whole(attribute: re.Match[str]) -> str:
        address = attribute[1]
        if address.startswith(("https://", "http://")):
            return attribute[0]
        if FROM_ROOT.fullmatch(address):
            return f'="{site}{address}"'
        try:
            address = urljoin(page, unescape(address))
        except ValueError:  # as //[
            return attribute[0]
        return f'="{escape(address)}"'

    return ADDRESS.sub(whole, without_sidenotes(html))
