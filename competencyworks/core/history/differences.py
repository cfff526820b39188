"""
Two rich texts compared as readers see them, with words added and removed marked.

lxml compares words and keeps the markup of the new text. What it does not show is said here in
words: that only the form of something changed, or where a link leads.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape

from django.utils.safestring import SafeString, mark_safe
from lxml import etree
from lxml.html.diff import fixup_ins_del_tags, htmldiff_tokens, tokenize

from ..prose.cleaning import clean_html
from ..prose.html_trees import parse, words_of, write
from .blocks import pieces

# Characters of a changed stretch whose words are compared; longer ones, by paragraphs.
LONGEST = 150_000
# Paragraphs of a text that are compared by all of them; of more, rare ones alone are matched.
MOST = 2_000

BREAK = re.compile(r"\s*</p>\s*<p>\s*")
BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|blockquote|t[dh]|dd|dt|pre|figcaption)>")
BLANKS_BEFORE_END = re.compile(r"(\s+)(</del>)")
# A text of which nothing stayed: lxml puts the new one first.
ALL_NEW = re.compile(r"(<ins>(?:(?!<ins>).)*</ins>)\s*(<del>(?:(?!<del>).)*</del>)", re.DOTALL)
MARKS = {"ins": "added: ", "del": "removed: "}
FORM_CHANGED = '<p class="diff-note">The formatting changed; the text did not.</p>'


def difference(old: str, new: str) -> SafeString:
    """
    Clean HTML of `new` with what it has and `old` has not in `<ins>`, and what it lost in
    `<del>`. Both are rich texts. Never raises; the time grows with the length.
    """
    old, new = clean_html(old), clean_html(new)
    found = []
    for before, after in _stretches(_top(old), _top(new)):
        if _same(before, after):
            found.append("".join(after))
        elif before and after and len("".join([*before, *after])) <= LONGEST:
            found.append(_by_words("".join(before), "".join(after)))
        else:
            found += [_by_words(part, "") for part in before]
            found += [_by_words("", part) for part in after]
    return mark_safe(_spoken("".join(found)))  # noqa: S308 - cleaned


def text_difference(old: str, new: str) -> SafeString:
    """The same for two plain texts, on one line."""
    marked = difference(f"<p>{escape(old, False)}</p>", f"<p>{escape(new, False)}</p>")
    inside = BREAK.sub(" ", marked.strip().removeprefix("<p>").removesuffix("</p>"))
    return mark_safe(ALL_NEW.sub(r"\2 \1", inside))  # noqa: S308 - cleaned


def _top(html: str) -> list[str]:
    """The elements of the upper level, each as HTML; words between them with the one before."""
    found: list[str] = []
    depth = 0
    for piece in pieces(html):
        opens = _depth_of(piece)
        if depth == 0 or not found:
            found.append(piece)
        else:
            found[-1] += piece
        depth += opens
    return found


def _depth_of(piece: str) -> int:
    """How many elements `piece` opens more than it closes."""
    start = piece.lstrip()
    if start.startswith("</"):
        return -1
    name = start[1:].split(">", 1)[0].split(" ", 1)[0] if start.startswith("<") else ""
    if not name or name == "hr":
        return 0
    return 0 if piece.rstrip().endswith(f"</{name}>") or f"</{name}>" in piece else 1


def _same(before: list[str], after: list[str]) -> bool:
    return [part.strip() for part in before] == [part.strip() for part in after]


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Stretches of both texts that belong together, in their order; equal ones are equal."""
    matcher = SequenceMatcher(
        None,
        [part.strip() for part in old],
        [part.strip() for part in new],
        autojunk=max(len(old), len(new)) > MOST,
    )
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        yield old[i1:i2], new[j1:j2]


def _by_words(old: str, new: str) -> str:
    marked = _marked(old, new)
    notes = _links_changed(old, new) if old and new else ""
    if not notes and "<ins>" not in marked and "<del>" not in marked:
        notes = FORM_CHANGED
    return marked + notes


def _links_changed(old: str, new: str) -> str:
    """A line for each link that has the words it had, and leads elsewhere."""
    before, after = _links(old), _links(new)
    lines = []
    for words, address in after.items():
        if (was := before.get(words, address)) != address:
            said = f"The link “{escape(words)}” led to <del>{escape(was)}</del>"
            lines.append(f'<p class="diff-note">{said} <ins>{escape(address)}</ins></p>')
    return "".join(lines)


def _links(html: str) -> dict[str, str]:
    return {words_of(link): link.get("href", "") for link in parse(html).iter("a")}


def _marked(old: str, new: str) -> str:
    """What lxml's htmldiff() makes of both, but without addresses as words in the text."""
    # Of what was removed lxml keeps the words, and not the ends of blocks between them.
    apart = BLOCK_END.sub(r" \g<0>", old)
    tokens = [tokenize(html, include_hrefs=False) for html in (apart, new)]
    marked = fixup_ins_del_tags("".join(htmldiff_tokens(*tokens)).strip())
    return clean_html(BLANKS_BEFORE_END.sub(r"\2\1", marked))


def _spoken(html: str) -> str:
    """`html` with words for those who hear it, removed words first, and no ids."""
    root = parse(html)
    for element in list(root.iter()):
        element.attrib.pop("id", None)
        if element.tag in MARKS and not _holds_something(element):
            _drop(element)
    for added in list(root.iter("ins")):
        removed = added.getnext()
        if removed is not None and removed.tag == "del" and not (added.tail or "").strip():
            _swap(added, removed)
    for tag, said in MARKS.items():
        for element in list(root.iter(tag)):
            hidden = etree.Element("span", {"class": "visually-hidden"})
            hidden.text, hidden.tail, element.text = said, element.text, None
            element.insert(0, hidden)
    return write(root)


def _holds_something(element: etree._Element) -> bool:
    return len(element) > 0 or bool((element.text or "").strip())


def _drop(element: etree._Element) -> None:
    """Take the empty `element` away, but keep the text after it."""
    previous, parent = element.getprevious(), element.getparent()
    tail = (element.text or "") + (element.tail or "")
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _swap(first: etree._Element, second: etree._Element) -> None:
    first.tail, second.tail = second.tail, first.tail
    first.addprevious(second)
    # addprevious takes the tail along, which is what stood between the two.
