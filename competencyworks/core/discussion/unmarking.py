"""The way back from a comment's HTML to text with light marks, for its writer to go on with."""

import re

from lxml import etree

from ..prose.html_trees import parse
from .marks import INLINE, linked_part, to_html

MEANS_SOMETHING = re.compile(r"[\\*`<]")
AT_TAGS = re.compile(r" ?(<[^<>]*>) ?")
BEGINS_A_BLOCK = re.compile(r"^(\s{0,3})(?:([->])|(\d{1,4})([.)]))", re.MULTILINE)


def to_text(html: str) -> str:
    """
    Text of which `marks.to_html` makes `html`, the clean HTML of a comment. Where no marks say it,
    as with lists in lists, its writer typed HTML, and gets HTML back.
    """
    text = "\n\n".join(_block(child) for child in parse(html))
    return text if _folded(to_html(text)) == _folded(html) else html


def _folded(html: str) -> str:
    """Clean HTML as two are compared: white space at the ends of a block says nothing."""
    return AT_TAGS.sub(r"\1", " ".join(html.replace("&nbsp;", " ").split()))


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
    text = ""
    for child in reversed(element):  # from the end, as an address is read up to a space
        text = _plain(child.tail) + text
        if child.tag == "a" and _goes_on(child.text or "", text):
            text = f"\\{text}"
        text = _marked(child) + text
    return _plain(element.text) + text


def _goes_on(address: str, tail: str) -> bool:
    """Whether a bare address would not end where its link ended."""
    found = INLINE.match(address + tail)
    return bool(found and found["address"] and linked_part(found["address"]) != address)


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
        case "a" if _is_bare(element):
            return element.text
        case "a":
            return f'<a href="{element.get("href")}">{inner}</a>'
    return inner


def _is_bare(element: etree._Element) -> bool:
    """
    Whether the words of a link are the address that it leads to, as a reader typed it: the stored
    address may have percent signs or an ASCII host where the words have other letters.
    """
    words, address = element.text or "", element.get("href")
    if len(element):
        return False
    if words == address:
        return True
    paragraphs = list(parse(to_html(words)))
    links = list(paragraphs[0]) if len(paragraphs) == 1 else []
    return (
        len(links) == 1
        and links[0].get("href") == address
        and links[0].text == words
        and not paragraphs[0].text
        and not links[0].tail
    )


def _plain(text: str | None) -> str:
    return MEANS_SOMETHING.sub(r"\\\g<0>", text or "")
