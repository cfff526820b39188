"""The way from a block of clean HTML to text with light marks that says the same."""

import re

from lxml import etree

from competencyworks.core.discussion.unmarking import BEGINS_A_BLOCK
from competencyworks.core.prose.html_tokens import VOID, open_tag
from competencyworks.core.prose.html_trees import parse, write

from .marks import INLINE, WITHIN_LINES, to_html
from .parts import PART, Parts

WHITE = re.compile(r"[ \t\n\r\f]+")
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
OUTER = re.compile(r"^<(p|h[2-6]) [^<>]*>")
AT_BLOCKS = re.compile(r" ?(</?(?:p|h[2-6]|ul|ol|li|blockquote|br)(?: [^<>]*)?>) ?")
HEADING_SIGN = re.compile(r"^(\s{0,3})(#{2,6}\s)", re.MULTILINE)
HREF = re.compile(r"[^\s()<>\"\\]+")
SIGNS = re.compile(r"[\\*`]|<(?=/?[A-Za-z])")


class _NoMarks(Exception):
    """What marks cannot say."""


def to_text(html: str, parts: Parts) -> str:
    """
    Text of which marks.to_html makes the same as `html`, one block; or the name of the part as
    which it was kept. The text has no empty line.
    """
    element = parse(html)[0]
    count = len(parts.html)
    for plainly in (False, True):
        try:
            text = _block(element, parts, plainly)
        except _NoMarks:
            break
        if text and "\n\n" not in text and same(to_html(text, parts), html):
            return text
        parts.drop(count)
    parts.drop(count)
    return parts.keep(element.tag, html, is_block=True)


def same(one: str, other: str) -> bool:
    """Whether two blocks say the same, but for white space and the attributes of the block."""
    return _folded(one) == _folded(other)


def _folded(html: str) -> str:
    html = OUTER.sub(r"<\1>", WHITE.sub(" ", html.strip()))
    return AT_BLOCKS.sub(r"\1", html)


def _block(element: etree._Element, parts: Parts, plainly: bool) -> str:
    tag = element.tag
    if tag == "p":
        return _not_a_block(_inline(element, parts, plainly).strip(" \n"))
    if tag in HEADINGS:
        words = _inline(element, parts, plainly).strip()
        return f"{'#' * int(tag[1])} {words}"
    if tag == "blockquote":
        if element.attrib or (element.text or "").strip():
            raise _NoMarks
        inner = "\n\n".join(_inside(child, parts, plainly) for child in element)
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
    if tag in ("ul", "ol"):
        return _list(element, parts, plainly)
    raise _NoMarks


def _inside(child: etree._Element, parts: Parts, plainly: bool) -> str:
    if child.attrib or (child.tail or "").strip():
        raise _NoMarks
    return _block(child, parts, plainly)


def _list(element: etree._Element, parts: Parts, plainly: bool) -> str:
    if set(element.attrib) - {"start"}:
        raise _NoMarks
    lines = []
    for number, item in enumerate(element, start=int(element.get("start", "1"))):
        if item.tag != "li" or item.attrib or any(each.tag not in WITHIN_LINES for each in item):
            raise _NoMarks
        sign = "- " if element.tag == "ul" else f"{number}. "
        lines.append(sign + _inline(item, parts, plainly).strip().replace("\n", "\n  "))
    return "\n".join(lines)


def _not_a_block(text: str) -> str:
    """A paragraph whose lines do not look like the beginning of another block."""

    def without_meaning(found: re.Match[str]) -> str:
        space, mark, number, point = found.groups()
        return f"{space}\\{mark}" if mark else f"{space}{number}\\{point}"

    return HEADING_SIGN.sub(r"\1\\\2", BEGINS_A_BLOCK.sub(without_meaning, text))


def _inline(element: etree._Element, parts: Parts, plainly: bool) -> str:
    text = _plain(element.text)
    for child in element:
        text += _marked(child, parts, plainly) + _plain(child.tail)
    return text


def _marked(element: etree._Element, parts: Parts, plainly: bool) -> str:
    tag, attributes = element.tag, dict(element.attrib)
    if tag == "br" and not attributes:
        return "\n"
    if tag not in WITHIN_LINES:
        return parts.keep(tag, _source(element))
    inner = _inline(element, parts, plainly)
    if not attributes and not plainly:
        if tag in ("em", "strong"):
            sign = "*" if tag == "em" else "**"
            return f"{sign}{inner}{sign}"
        if tag == "code" and not len(element):
            return f"`{WHITE.sub(' ', element.text or '')}`"
    if tag == "a" and set(attributes) == {"href"} and not plainly:
        href = attributes["href"]
        if href == element.text and not len(element):
            return href
        if HREF.fullmatch(href):
            return f"[{inner}]({href})"
    return open_tag(tag, attributes) + ("" if tag in VOID else f"{inner}</{tag}>")


def _source(element: etree._Element) -> str:
    """The HTML of an element within a line."""
    box = etree.Element("div")
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    box.append(copy)
    return write(box)


def _plain(text: str | None) -> str:
    """Text in which no character means anything, except for wikilinks."""
    text = WHITE.sub(" ", text or "")
    if not (SIGNS.search(text) or "[" in text or "{" in text or "://" in text):
        return text
    pieces, at = [], 0
    for found in INLINE.finditer(text):
        pieces.append(text[at : found.start()])
        at = found.end()
        pieces.append(found[0] if found["wikilink"] else _escaped(found))
    return "".join(pieces) + text[at:]


def _escaped(found: re.Match[str]) -> str:
    said = found[0]
    if found["address"]:
        return said.replace("://", r":\//", 1)
    if PART.fullmatch(said) or found["href"]:
        # Of a link the words may hold signs of their own.
        return "\\" + said[0] + _plain(said[1:])
    return re.sub(r"[\\*`<]", r"\\\g<0>", said)
