"""
A body as WordPress stores it becomes a body of ours.

It happens in two steps, so that what many bodies refer to (files, other items) is looked
up at once: `prepare` reads a body and says what it refers to, `finish` writes it. What
comes out is HTML that the field's own cleaner still cleans, as it does with every text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote, urlsplit

import nh3
from lxml import etree

from competencyworks.core.prose.cleaning import (
    CLASSES,
    DROPPED_WHOLE,
    ELEMENTS,
    NOT_IN_XML,
    SCHEMES,
)
from competencyworks.core.prose.html_trees import parse, remove, unwrap, wrap, write
from competencyworks.core.prose.markup_limits import shallow
from competencyworks.core.prose.old_markup import RENAMED, SHOWN_BY_LINK, shown_at

from . import pictures, shortcodes
from .blocks import has_blocks, without_blocks
from .paragraphs import add_paragraphs, fill, nodes_of
from .pictures import Library, Placed, References

MORE = re.compile(r"<!--\s*more\b.*?-->", re.DOTALL)
OTHER_MARKS = re.compile(r"<!--\s*(?:nextpage|noteaser)\s*-->")
VOID_PLAYERS = re.compile(r"<(embed|source)((?:\s[^\s=>]+=\"[^\"]*\")*)>")
FLASH_VIDEO = re.compile(r"https?://(?:www\.)?youtube\.com/v/([\w-]+)")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
END_OF_SENTENCE = ".,;:!?'\"’”…"
MEDIA = {"audio": "Audio", "video": "Video"}
LAYOUT = frozenset(["div", "section", "article", "aside", "header", "footer", "main", "nav"])
# Words that a style sets apart, and the element that says the same.
STYLES = (
    (re.compile(r"text-decoration[^;]*line-through"), "s"),
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)"), "strong"),
    (re.compile(r"font-style\s*:\s*italic"), "em"),
)
# Reads any HTML as browsers do, and leaves in place what the steps below need. It is not
# the gate: what it lets through is cleaned when it is stored.
READER = nh3.Cleaner(
    tags=set(ELEMENTS) | set(RENAMED) | SHOWN_BY_LINK | {"font", "source"},
    clean_content_tags=set(DROPPED_WHOLE),
    attributes={
        "*": {"class", "id", "style", "align", "dir", "lang", "title", "name"},
        **{name: set(own) - {"title"} for name, own in ELEMENTS.items() if own},
        **{name: {"src"} for name in (*SHOWN_BY_LINK, "source")},
    },
    generic_attribute_prefixes={"data-"},
    url_schemes=set(SCHEMES),
    link_rel=None,
)


@dataclass
class Prepared:
    """A body that was read: its tree, what it refers to, what is to be reported."""

    root: etree._Element
    own: int | None
    references: References
    notes: list[str]


@dataclass(frozen=True)
class Finished:
    """HTML for a rich text field; `missing` names files that it should show and does not."""

    html: str
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare(text: str, own: int | None = None, is_comment: bool = False) -> Prepared:
    """
    Read the body `text` of the item with the number `own`. Never raises.

    Of a comment, web addresses become links, as WordPress shows them.
    """
    text = NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    classic = not has_blocks(text)
    text, notes = without_blocks(text)
    first = MORE.search(text)
    if first:
        rest = MORE.sub("\n\n", text[first.end() :])
        text = f'{text[: first.start()]}\n\n<hr class="more">\n\n{rest}'
    text = OTHER_MARKS.sub("\n\n", text)
    converted = shortcodes.convert(text)
    root = parse(VOID_PLAYERS.sub(r"<\1\2/>", READER.clean(shallow(converted.html))))
    _drop_residue(root)
    add_paragraphs(root, line_breaks=classic)
    _link_lone_addresses(root)
    if is_comment:
        _link_addresses(root)
    for player in list(root.iter(*SHOWN_BY_LINK)):
        _link_player(player)
    pictures.covers_to_figures(root)
    pictures.frames_to_figures(root)
    pictures.block_galleries(root)
    references = pictures.references_in(root, own)
    return Prepared(root, own, references, [*notes, *converted.notes])


def finish(prepared: Prepared, library: Library, links: Mapping[str, str]) -> Finished:
    """
    Write the body with the files of `library` and with the addresses in `links` (as they
    stand in the text → where they lead now) replaced. A Prepared can be finished once.
    """
    root, placed = prepared.root, Placed()
    pictures.place_pictures(root, library, placed)
    pictures.place_galleries(root, library, placed, prepared.own)
    for link in root.iter("a"):
        href = link.get("href", "")
        if href in links:
            link.set("href", links[href])
        elif file := library.find(href):
            link.set("href", file.url or href)
            if not file.url:
                placed.missing[pictures.key_of(href)] = None
    _simplify(root)
    pictures.drop_empty_figures(root)
    for block in root:
        block.tail = f"{block.tail or ''}\n"
    return Finished(write(root), list(placed.missing), prepared.notes)


def plain_text(text: str) -> str:
    """The words of a title or excerpt that may hold markup, entities and shortcodes."""
    words = unescape(nh3.clean(shallow(NOT_IN_XML.sub("", text)), tags=set()))
    return " ".join(words.split())


# --- Steps --------------------------------------------------------------------------------


def _drop_residue(root: etree._Element) -> None:
    """Spacers, and the second link of a file block, say nothing in a text."""
    for element in list(root.iter("div", "a")):
        classes = element.get("class", "").split()
        if "wp-block-spacer" in classes or "wp-block-file__button" in classes:
            remove(element)


def _link_lone_addresses(root: etree._Element) -> None:
    """An address that is all a paragraph holds was shown as what it leads to; link to it."""
    for paragraph in root.iter("p"):
        address = (paragraph.text or "").strip()
        if not len(paragraph) and ADDRESS.fullmatch(address):
            paragraph.text = None
            link = etree.SubElement(paragraph, "a", {"href": shown_at(address)})
            link.text = address


def _link_addresses(root: etree._Element) -> None:
    for element in list(root.iter("p", "li", "td", "blockquote", "strong", "em", "b", "i")):
        if next(element.iterancestors("a", "pre", "code"), None) is not None:
            continue
        nodes = nodes_of(element)
        linked = [part for node in nodes for part in _with_links(node)]
        fill(element, linked)


def _with_links(node: str | etree._Element) -> list[str | etree._Element]:
    if not isinstance(node, str):
        return [node]
    parts: list[str | etree._Element] = []
    position = 0
    for match in ADDRESS.finditer(node):
        address = match[0].rstrip(END_OF_SENTENCE)
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(")")
        parts.append(node[position : match.start()])
        link = etree.Element("a", {"href": address})
        link.text = address
        parts.append(link)
        position = match.start() + len(address)
    parts.append(node[position:])
    return [part for part in parts if not (isinstance(part, str) and part == "")]


def _simplify(root: etree._Element) -> None:
    """Take away what only WordPress's own stylesheet gave a meaning."""
    _say_styles(root)
    for element in list(root.iter(*LAYOUT)):
        if element is not root and not _means_something(element):
            add_paragraphs(element, line_breaks=False)
            unwrap(element)
    for link in list(root.iter("a")):
        if not link.get("href") and not link.get("id") and not link.get("name"):
            unwrap(link)
    for element in list(root.iter("p", "cite", "figcaption", "li", "td", "th", "dd", "dt")):
        _trim_breaks(element)


def _say_styles(root: etree._Element) -> None:
    """Elements in place of styles and of elements that HTML no longer has."""
    for element in list(root.iter("span", "font")):
        style = element.get("style", "").lower()
        meant = next((tag for pattern, tag in STYLES if pattern.search(style)), None)
        if meant:
            element.tag = meant
        elif {"lang", "dir", "id"}.isdisjoint(element.attrib):
            unwrap(element)
    for element in list(root.iter("acronym")):
        element.tag = "abbr"
    for element in root.iter("ol"):
        if "reversed" in element.attrib:
            element.set("reversed", "")


def _means_something(element: etree._Element) -> bool:
    """Whether a box says more than where on the page it stood."""
    if not {"lang", "dir", "id"}.isdisjoint(element.attrib):
        return True
    names = element.get("class", "")
    if "wp-block-" in names:
        return bool(CLASSES & set(names.split()))
    style = element.get("style", "").lower()
    return "align" in names or "align" in element.attrib or "text-align" in style


def _trim_breaks(element: etree._Element) -> None:
    """Drop line breaks at both ends of `element`, where they show as empty lines."""
    while len(element) and element[0].tag == "br" and not (element.text or "").strip():
        remove(element[0])
    while len(element) and element[-1].tag == "br" and not (element[-1].tail or "").strip():
        remove(element[-1])


def _link_player(player: etree._Element) -> None:
    source = player.find("source")
    address = player.get("src") or (source.get("src", "") if source is not None else "")
    if film := FLASH_VIDEO.match(address):
        address = f"https://www.youtube.com/watch?v={film[1]}"
    address = shown_at(address.strip())
    if not urlsplit(address).scheme:
        remove(player)
        return
    link = etree.Element("a", {"href": address})
    place = address.split("://", 1)[-1]
    if player.tag in MEDIA:
        place = f"{MEDIA[player.tag]}: {unquote(place.partition('?')[0].rpartition('/')[2])}"
    link.text = player.get("title") or place
    link.tail = player.tail
    parent = player.getparent()
    parent.replace(player, link)
    if parent.tag in ("figure", "div"):
        wrap(link, "p", {})
