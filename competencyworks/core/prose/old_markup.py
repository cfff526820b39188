"""
Old and foreign markup turned into what the cleaner's list knows.

Word processors, WordPress and the HTML of its day say in styles and presentational
elements what the site says in classes. `adapt` translates before the strict pass, which
alone decides what stays: a fault here can lose a nicety, never let something in.
"""

import re
from html import escape, unescape
from urllib.parse import urlsplit

from django.utils.text import slugify

from .html_tokens import TOKEN, VOID, attributes_of, open_tag

DEEPEST = 100  # elements inside one another; parsers further on give up at 256

RENAMED = {
    "h1": "h2", "acronym": "abbr", "strike": "s", "tt": "code", "center": "div", "dir": "ul",
    "menu": "ul", "section": "div", "article": "div", "header": "div", "footer": "div",
    "main": "div", "nav": "div", "aside": "div", "address": "div", "fieldset": "div",
    "legend": "p", "hgroup": "div", "form": "div", "listing": "pre",
}  # fmt: skip
SHOWN_BY_LINK = frozenset(["iframe", "embed", "video", "audio"])
SOURCE = re.compile(r'<source src="([^"]*)"')
CLASS_NAMES = {
    "alignleft": "align-left",
    "alignright": "align-right",
    "aligncenter": "align-center",
    "has-text-align-left": "align-left",
    "has-text-align-right": "align-right",
    "has-text-align-center": "align-center",
    "wp-caption": "image",
    "wp-block-image": "image",
    "wp-caption-text": "caption",
    "wp-block-gallery": "gallery",
    "wp-block-pullquote": "pullquote",
    "size-thumbnail": "small",
    "size-medium": "medium",
    "size-large": "large",
    "size-full": "full",
}
COLUMNS = re.compile(r"(?:gallery-)?columns-([1-9])$")
DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([a-z-]+)")
LIST_TYPES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
SIDES = frozenset(["left", "right", "center", "justify"])
ALIGNED = re.compile(r"align-(left|right|center|justify)$")
MORE_COMMENT = re.compile(r"\s*more\b", re.IGNORECASE)
# A parser drops one newline here each time it reads the text.
PRE_START = re.compile(r"(<pre(?: [^>]*)?>)\n+")
EMPTY_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(?:\s|&nbsp;|<br>)*</p>")

# What a first, loose pass must leave in place for `adapt` beyond the cleaner's own list.
ELEMENTS = frozenset(RENAMED) | SHOWN_BY_LINK | {"source"}
ATTRIBUTES = frozenset(["align", "name", "style"])


def _classes(attributes: dict[str, str]) -> str:
    """The classes that name, alignment and style of an element come to."""
    names = []
    for name in attributes.get("class", "").split():
        if columns := COLUMNS.match(name):
            name = f"columns-{columns[1]}"
        names.append(CLASS_NAMES.get(name, name))
    declared = dict(DECLARATION.findall(attributes.get("style", "").lower()))
    for side in (declared.get("float"), declared.get("text-align"), attributes.get("align")):
        side = (side or "").lower()
        if side in SIDES and not any(map(ALIGNED.match, names)):
            names.append(f"align-{side}")
    return " ".join(names)


def _anchor(name: str) -> str:
    """An id of the text in the form that the cleaner allows; '' if nothing is left of it."""
    slug = slugify(name.removeprefix("s-"), allow_unicode=True)[:100]
    return f"s-{slug}" if slug else ""


def _anchors(html: str) -> dict[str, str]:
    """Each id (or name of an anchor) in the text → the id that it gets."""
    found = {}
    for token in TOKEN.finditer(html):
        listed = token["attributes"] or ""
        if " id=" in listed or " name=" in listed:
            attributes = attributes_of(listed)
            for name in (attributes.get("id"), attributes.get("name")):
                if name and (anchor := _anchor(name)):
                    found[name] = anchor
    return found


def shown_at(address: str) -> str:
    """The address where a reader can see what the frame or player at `address` shows."""
    try:
        parts = urlsplit(address)
    except ValueError:  # as //[
        return ""
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.strip("/").split("/")
    if host in ("youtube.com", "youtube-nocookie.com") and path[0] == "embed" and len(path) == 2:
        return f"https://www.youtube.com/watch?v={path[1]}"
    if host == "player.vimeo.com" and path[0] == "video" and len(path) > 1:
        return f"https://vimeo.com/{path[1]}"
    return f"https:{address}" if address.startswith("//") else address


class _Adapter:
    """One pass over one text: what is open, what was written."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.anchors = _anchors(html) if " id=" in html or " name=" in html else {}
        self.used: set[str] = set()
        self.open: list[tuple[str, str]] = []  # name in the source, name written ('' for none)
        self.written: list[str] = []

    def run(self) -> str:
        position = 0
        for token in TOKEN.finditer(self.html):
            if token.start() < position:
                continue
            self.written.append(self.html[position : token.start()])
            position = token.end()
            if token["comment"] is not None:
                self.comment(token["comment"])
            elif token["slash"]:
                self.close(token["name"])
            elif token["name"] in SHOWN_BY_LINK:
                position = self.show_by_link(token)
            else:
                self.start(token["name"], attributes_of(token["attributes"]))
        self.written.append(self.html[position:])
        return "".join(self.written)

    def comment(self, text: str) -> None:
        if MORE_COMMENT.match(text):
            within = any(written == "p" for _, written in self.open)
            self.written.append('<hr class="more"><p>' if within else '<hr class="more">')

    def close(self, name: str) -> None:
        if self.open and self.open[-1][0] == name:
            written = self.open.pop()[1]
            if written:
                self.written.append(f"</{written}>")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        attributes = self.adapted(name, attributes)
        target = RENAMED.get(name, name)
        bare = (
            (name == "img" and not attributes.get("src"))
            or (name == "a" and not {"href", "id"} & attributes.keys())
            or (name == "span" and not any(attributes.values()))
        )
        if bare or len(self.open) >= DEEPEST:
            target = ""
        if target:
            self.written.append(open_tag(target, attributes))
        if name not in VOID:
            self.open.append((name, target))

    def adapted(self, name: str, attributes: dict[str, str]) -> dict[str, str]:
        if not attributes:
            return {"class": "align-center"} if name == "center" else {}
        if {"class", "style", "align"} & attributes.keys():
            attributes["class"] = _classes(attributes)
        if name == "center":
            attributes["class"] = f"align-center {attributes.get('class', '')}"
        declared = dict(DECLARATION.findall(attributes.get("style", "").lower()))
        if declared.get("direction") in ("ltr", "rtl"):
            attributes.setdefault("dir", declared["direction"])
        if name == "ol" and declared.get("list-style-type") in LIST_TYPES:
            attributes.setdefault("type", LIST_TYPES[declared["list-style-type"]])
        self.identify(name, attributes)
        return {key: value for key, value in attributes.items() if key not in ATTRIBUTES}

    def identify(self, name: str, attributes: dict[str, str]) -> None:
        """Give the element its allowed id, once in the text, and let links follow."""
        own = attributes.pop("id", "") or (attributes.get("name", "") if name == "a" else "")
        anchor = self.anchors.get(own)
        if anchor and anchor not in self.used:
            self.used.add(anchor)
            attributes["id"] = anchor
        href = attributes.get("href", "")
        if href.startswith("#") and href[1:] in self.anchors:
            attributes["href"] = f"#{self.anchors[href[1:]]}"

    def show_by_link(self, token: re.Match[str]) -> int:
        """Write a link in place of a frame or player; returns where the text goes on."""
        attributes, inside, position = attributes_of(token["attributes"]), "", token.end()
        if token["name"] not in VOID:
            end_tag = f"</{token['name']}>"
            end = self.html.find(end_tag, position)
            inside, position = self.html[position:end], end + len(end_tag)
        address = attributes.get("src", "")
        if not address and (source := SOURCE.search(inside)):
            address = unescape(source[1])
        address = shown_at(address.strip())
        if address.startswith(("http://", "https://", "/")):
            label = attributes.get("title") or address.split("://", 1)[-1]
            self.written.append(f"{open_tag('a', {'href': address})}{escape(label)}</a>")
        return position


def adapt(html: str) -> str:
    """
    `html`, in the form that nh3 writes, with old and foreign markup translated: alignments
    and known classes of WordPress to our classes, ids to ids with our prefix, frames and
    players to links, the more-marker to `<hr class="more">`; nesting deeper than DEEPEST
    is flattened and paragraphs that hold nothing are dropped.
    """
    return PRE_START.sub(r"\1", EMPTY_PARAGRAPH.sub("", _Adapter(html).run()))
