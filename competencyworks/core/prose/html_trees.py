"""
Clean HTML as a tree, and back.

What the cleaner wrote is balanced and has few kinds of entities, so it can be read as XML:
the tree is then exactly the one that the sanitizer's HTML5 parser built, without a second
HTML parser that would repair it in another way.
"""

import re
from collections.abc import Iterator

from lxml import etree

from .html_tokens import VOID

VOID_TAG = re.compile(r"<(br|col|hr|img|wbr)((?:\s[^\s=>]+=\"[^\"]*\")*)>")


def parse(html: str) -> etree._Element:
    """The tree of `html`, which `clean_html` (or `write`) made, below a `div` of its own."""
    xml = VOID_TAG.sub(r"<\1\2/>", html).replace("&nbsp;", "\xa0")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(f"<div>{xml}</div>", parser)


def write(root: etree._Element) -> str:
    """The HTML of what is inside `root`, in the form that html_tokens reads."""
    for element in root.iter():
        if not element.text and not len(element) and element.tag not in VOID:
            element.text = ""
    # In XML as lxml writes it, ">" stands in tags alone, so "/>" ends void elements only.
    xml = etree.tostring(root, encoding="unicode", with_tail=False).replace("/>", ">")
    return xml.removeprefix("<div>").removesuffix("</div>")


def words_of(element: etree._Element, without: frozenset[str] = frozenset()) -> str:
    """
    The plain words in `element`, white space made single, leaving out what has a class that
    is named in `without`.
    """

    def texts(part: etree._Element) -> Iterator[str]:
        if without.isdisjoint(part.get("class", "").split()):
            yield part.text or ""
            for child in part:
                yield from texts(child)
                yield child.tail or ""

    found = texts(element) if without else element.itertext()
    return " ".join("".join(found).split())


def wrap(element: etree._Element, tag: str, attributes: dict[str, str]) -> etree._Element:
    """Put `element` into a new element, which takes its place."""
    outer = etree.Element(tag, attributes)
    element.addprevious(outer)
    outer.tail, element.tail = element.tail, None
    outer.append(element)
    return outer


def unwrap(element: etree._Element) -> None:
    """Take `element` away and leave what it holds in its place."""
    parent, previous = element.getparent(), element.getprevious()
    children = list(element)
    if children:
        children[-1].tail = (children[-1].tail or "") + (element.tail or "")
        text = element.text or ""
    else:
        text = (element.text or "") + (element.tail or "")
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    place = parent.index(element)
    parent[place : place + 1] = children


def remove(element: etree._Element) -> None:
    """Take `element` away with all it holds, but keep the text after it."""
    for child in list(element):
        element.remove(child)
    element.text = None
    unwrap(element)
