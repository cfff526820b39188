"""The way back from a comment's HTML to text with light marks, for its writer to go on with."""

import re

from lxml import etree

from ..prose.html_trees import parse
from .marks import to_html

MEANS_SOMETHING = re.compile(r"[\\*`<]")
BEGINS_A_BLOCK = re.compile(r"^(\s{0,3})(?:([->])|(\d{1,4})([.)]))", re.MULTILINE)


def to_text(html: str) -> str:
    """
    Text of which `marks.to_html` makes `html`, the clean HTML of a comment; where no marks say
    it, the HTML itself.
    """
    text = "\n\n".join(_block(child) for child in parse(html))
    return text if to_html(text) == html else html


def _block(element: etree._Element) -> str:
    if element.tag == "blockquote":
        inner = "\n\n".join(_block(child) for child in element)
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
    if element.tag in ("ul", "ol"):
        items = enumerate(element, start=int(element.get("start", "1")))
        return "\n".join(
            ("- " if element.tag == "ul" else f"{number}. ") + _inline(item).replace("\n", "\n  ")
            for number, item in items
        )
    return BEGINS_A_BLOCK.sub(_without_meaning, _inline(element))


def _without_meaning(found: re.Match[str]) -> str:
    space, mark, number, point = found.groups()
    return f"{space}\\{mark}" if mark else f"{space}{number}\\{point}"


def _inline(element: etree._Element) -> str:
    text = _plain(element.text)
    for child in element:
        text += _marked(child) + _plain(child.tail)
    return text


def _marked(element: etree._Element) -> str:
    inner = _inline(element)
    match element.tag:
        case "br":
            return "\n"
        case "em":
            return f"*{inner}*"
        case "strong":
            return f"**{inner}**"
        case "code":
            return f"`{element.text}`"
        case "a" if element.get("href") == element.text:
            return element.text
        case "a":
            return f'<a href="{element.get("href")}">{inner}</a>'
    return inner


def _plain(text: str | None) -> str:
    return MEANS_SOMETHING.sub(r"\\\g<0>", text or "")
