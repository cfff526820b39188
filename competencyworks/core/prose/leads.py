"""
The lead of a text: the words that stand for it in lists, feeds and descriptions.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from .footnotes import NOTE_CLASSES
from .html_trees import words_of, write

PARAGRAPHS = 3  # taken at most from what stands before the more-marker
WORDS = 60
CHARACTERS = 500
LOOKED_AT = 40  # stretches of text looked through for a first real paragraph

INLINE = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd",
     "mark", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup",
     "time", "u", "var", "wbr"]
)  # fmt: skip
DROPPED = frozenset(
    ["h2", "h3", "h4", "h5", "h6", "img", "figure", "figcaption", "table", "pre", "section"]
)  # fmt: skip
DROPPED_CLASSES = NOTE_CLASSES | {"gallery", "caption", "embed"}
# Where a text opens with one of these, a plain paragraph further down says more about it.
SECOND_CHOICE = frozenset(["li", "dt", "dd", "blockquote", "summary"])
PASSED_OVER = frozenset(["a", "img", "span"])  # dropped without ending the paragraph
KEPT = frozenset(["href", "title", "dir", "lang", "datetime", "cite"])
BEFORE_ELLIPSIS = " \n\t\xa0,;:–—-("
WORD = re.compile(r"\S+")


def _dropped(element: etree._Element) -> bool:
    return element.tag in DROPPED or not DROPPED_CLASSES.isdisjoint(
        element.get("class", "").split()
    )


def _is_inline(element: etree._Element) -> bool:
    return all(part.tag in INLINE or part.tag in ("br", "img") for part in element.iter())


def _is_more(element: etree._Element) -> bool:
    return element.tag == "hr" and "more" in element.get("class", "").split()


def has_more(root: etree._Element) -> bool:
    """Whether a more-marker stands in the text."""
    return any(_is_more(element) for element in root.iter("hr"))


def _append_text(target: etree._Element, text: str | None) -> None:
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _copy_inline(source: etree._Element, target: etree._Element) -> None:
    """Add an inline element to `target`, without pictures, notes, anchors."""
    if _dropped(source):
        return
    if source.tag == "br":
        _append_text(target, " ")
        return
    attributes = {key: value for key, value in source.attrib.items() if key in KEPT and value}
    # A lead stands on pages where the anchors of its text do not exist; a `span` that was
    # there for its anchor or class alone says nothing any more, and the cleaner drops it.
    if source.tag == "a":
        away = attributes.get("href", "#").startswith("#")
    else:
        away = source.tag == "span" and not attributes
    copy = target if away else etree.SubElement(target, source.tag, attributes)
    _append_text(copy, source.text)
    for child in source:
        _copy_inline(child, copy)
        _append_text(copy, child.tail)
    if copy is not target and not words_of(copy):
        target.remove(copy)
        _append_text(target, copy.text)


class _Stretches:
    """Takes a text apart into stretches of inline content, each a `p` with its container."""

    def __init__(self) -> None:
        self.current = etree.Element("p")
        self.ended = False

    def of(
        self, element: etree._Element, second: bool = False
    ) -> Iterator[tuple[etree._Element, bool]]:
        """
        The stretches in `element`, in order, up to the more-marker, and of each whether it
        is a second choice.
        """
        second = second or element.tag in SECOND_CHOICE
        _append_text(self.current, element.text)
        for child in element:
            if _is_more(child):
                self.ended = True
            elif _dropped(child):
                if child.tag not in PASSED_OVER:
                    yield from self.flush(second)
            elif child.tag == "br" or _is_inline(child):
                _copy_inline(child, self.current)
            else:
                yield from self.flush(second)
                yield from self.of(child, second)
            if self.ended:
                break
            _append_text(self.current, child.tail)
        yield from self.flush(second)

    def flush(self, second: bool) -> Iterator[tuple[etree._Element, bool]]:
        stretch, self.current = self.current, etree.Element("p")
        if words_of(stretch):
            yield stretch, second


def _cut(paragraph: etree._Element) -> None:
    """Shorten `paragraph` at a word boundary, with an ellipsis, if it is too long."""
    words_left, characters_left = WORDS, CHARACTERS
    ended = False

    def take(text: str | None) -> str | None:
        nonlocal words_left, characters_left, ended
        end = 0
        for word in WORD.finditer(text or ""):
            length = word.end() - end
            if words_left == 0 or length > characters_left:
                ended = True
                if words_left == WORDS:  # one endless word: cut inside it
                    end = word.start() + CHARACTERS
                return text[:end]
            words_left, characters_left, end = words_left - 1, characters_left - length, word.end()
        return text

    def shorten(element: etree._Element) -> None:
        element.text = take(element.text)
        for child in list(element):
            if ended:
                element.remove(child)
                continue
            shorten(child)
            child.tail = None if ended else take(child.tail)

    shorten(paragraph)
    if ended:
        _end_with_ellipsis(paragraph)


def _end_with_ellipsis(paragraph: etree._Element) -> None:
    element = paragraph
    while len(element):
        last = element[-1]
        if (last.tail or "").strip():
            last.tail = last.tail.rstrip(BEFORE_ELLIPSIS) + "…"
            return
        if words_of(last):
            last.tail = None
            element = last
        else:
            element.remove(last)
    element.text = (element.text or "").rstrip(BEFORE_ELLIPSIS) + "…"


def _written(paragraphs: list[etree._Element]) -> str:
    html = []
    for paragraph in paragraphs:
        text = re.sub(r"\s+", " ", write(paragraph).removeprefix("<p>").removesuffix("</p>"))
        html.append(f"<p>{text.strip()}</p>")
    return "".join(html)


def summary(root: etree._Element) -> str:
    """
    The lead that the text itself gives, as paragraphs of inline HTML; '' if it has no words.

    What stands before the more-marker, or else the first paragraph that is not part of a
    list or quotation, shortened.
    """
    if has_more(root):
        before = [stretch for stretch, _ in islice(_Stretches().of(root), PARAGRAPHS)]
        if before:
            return _written(before)
        for marker in [element for element in root.iter("hr") if _is_more(element)]:
            marker.attrib.pop("class")
    stretches = list(islice(_Stretches().of(root), LOOKED_AT))
    if not stretches:
        return ""
    first = next((stretch for stretch, second in stretches if not second), stretches[0][0])
    _cut(first)
    return _written([first])
