"""
What readers write: plain text with light marks, or with a few elements of HTML.

Marks: an empty line ends a paragraph, `> ` quotes, `- ` and `1. ` begin a list's line, there are
`*emphasis*`, `**strong**` and `` `code` ``, and a bare address is a link; a backslash takes a mark
its meaning. Of HTML the elements of ALLOWED are understood; any other tag stands as the characters
that it is.
"""

import re
from html import escape, unescape

import nh3
from lxml import etree

from ..links.addresses import with_ascii_host
from ..one_line import OVERRIDES
from ..prose.cleaning import CleanHTML, clean_html
from ..prose.html_tokens import TOKEN
from ..prose.html_trees import parse
from ..prose.leads import INLINE as INLINE_ELEMENTS
from ..visible_text import is_visible

LIMIT = 10_000  # characters that a comment may have
ALLOWED = ("p", "br", "em", "strong", "a", "blockquote", "ul", "ol", "li", "code")
BLOCKS = ("p", "ul", "ol", "li", "blockquote")
REL = "nofollow ugc"
DEEPEST = 6  # quotes in quotes
ROUNDS = 8  # of cleaning, until nothing changes

BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(BLOCKS)})(?:\s[^<>]*)?>", re.IGNORECASE)
UNKNOWN_TAG = re.compile(rf"<(?!/?(?:{'|'.join(ALLOWED)}|b|i)(?:\s[^<>]*)?/?>)", re.IGNORECASE)
OLD_TAGS = {"b": "strong", "i": "em"}
OLD_TAG = re.compile(r"<(/?)([bi])(?=[\s>])", re.IGNORECASE)

QUOTE = re.compile(r"\s{0,3}>[ \t]?(.*)")
ITEM = re.compile(r"\s{0,3}(?:(?P<bullet>[-*])|(?P<number>\d{1,4})[.)])[ \t]+(?P<words>\S.*)")
LINK = re.compile(r'(<a href=")([^"]*)"')
INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<tag></?(?:em|strong|a|code|b|i|br)(?:\s[^<>]*)?/?>)"
    r"|(?P<address>https?://[^\s<>\"*`\\]+)"
    r"|(?P<mark>\*{1,2})",
    re.IGNORECASE,
)
AFTER_ADDRESS = ".,;:!?'’”"
MARKS = {"*": "em", "**": "strong"}

NARROW = nh3.Cleaner(
    tags=set(ALLOWED),
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def to_html(text: str) -> CleanHTML:
    """`text` as clean HTML of ALLOWED elements alone; '' if it says nothing. Never raises."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
    text = OVERRIDES.sub("", text)
    if BLOCK_TAG.search(text):
        return narrowed(_new_tags(UNKNOWN_TAG.sub("&lt;", text)))
    return narrowed(_new_tags(_blocks(text.split("\n"))))


def narrowed(html: str) -> CleanHTML:
    """Any HTML, cut down to what a comment may hold, its words in paragraphs and other blocks."""
    for _ in range(ROUNDS):
        before, html = html, _cleaned(_ascii_hosts(NARROW.clean(html)), html)
        html = _cleaned(_in_paragraphs(html), html)
        if html == before:
            break
    return CleanHTML(html if is_visible(words_of(html)) else "")


def _ascii_hosts(html: str) -> str:
    """Clean HTML whose links have hosts in ASCII: lxml encodes other letters by percent."""
    return LINK.sub(lambda found: f'{found[1]}{with_ascii_host(found[2])}"', html)


def _cleaned(html: str, known: str) -> CleanHTML:
    """`html` cleaned; what stayed as it was `known` to be clean is not cleaned once more."""
    return known if html == known and isinstance(known, CleanHTML) else clean_html(html)


def words_of(html: str) -> str:
    """The words of clean HTML, without its tags; a blank stands between blocks."""

    def between(tag: re.Match[str]) -> str:
        return "" if tag["name"] in INLINE_ELEMENTS else " "

    return " ".join(unescape(TOKEN.sub(between, html)).split())


def with_rel(html: str) -> str:
    """Clean HTML as it is shown: each link says that a reader wrote it, not the site."""
    if "<a" not in html:
        return html
    return TOKEN.sub(_link_with_rel, html)


def _link_with_rel(found: re.Match[str]) -> str:
    if found["name"] != "a" or found["slash"]:
        return found[0]
    return f'<a{found["attributes"]} rel="{REL}">'


def _new_tags(html: str) -> str:
    return OLD_TAG.sub(lambda found: f"<{found[1]}{OLD_TAGS[found[2].lower()]}", html)


def _in_paragraphs(html: str) -> str:
    """Clean HTML in which what stands between blocks has become paragraphs."""
    root, pieces, loose = parse(html), [], ""
    loose += escape(root.text or "", quote=False)
    for child in root:
        tail, child.tail = child.tail or "", None
        one = etree.tostring(child, encoding="unicode", method="html")
        if child.tag in BLOCKS:
            pieces += [_paragraph(loose), one]
            loose = ""
        else:
            loose += one
        loose += escape(tail, quote=False)
    return "".join(pieces) + _paragraph(loose)


def _paragraph(html: str) -> str:
    parts = [part.strip() for part in re.split(r"\n\s*\n", html)]
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _blocks(lines: list[str], depth: int = 0) -> str:
    """Lines with marks as paragraphs, quotes and lists."""
    html, at = [], 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif depth < DEEPEST and QUOTE.fullmatch(line):
            start = at
            while at < len(lines) and QUOTE.fullmatch(lines[at]):
                at += 1
            inner = [QUOTE.fullmatch(quoted)[1] for quoted in lines[start:at]]
            html.append(f"<blockquote>{_blocks(inner, depth + 1)}</blockquote>")
        elif found := ITEM.fullmatch(line):
            listed, at = _list(lines, at, "bullet" if found["bullet"] else "number")
            html.append(listed)
        else:
            start = at
            while (
                at < len(lines)
                and lines[at].strip()
                and (at == start or not _begins_block(lines[at], depth))
            ):
                at += 1
            html.append(f"<p>{_inline(chr(10).join(lines[start:at]))}</p>")
    return "".join(html)


def _begins_block(line: str, depth: int) -> bool:
    return bool(ITEM.fullmatch(line) or (depth < DEEPEST and QUOTE.fullmatch(line)))


def _list(lines: list[str], at: int, kind: str) -> tuple[str, int]:
    """The list that begins at a line, and the line after it. Set-in lines go on with an item."""
    first = ITEM.fullmatch(lines[at])["number"]
    items: list[str] = []
    while at < len(lines):
        found = ITEM.fullmatch(lines[at])
        if found and found[kind]:
            items.append(found["words"])
        elif not found and lines[at].startswith("  ") and lines[at].strip():
            items[-1] += "\n" + lines[at].strip()
        else:
            break
        at += 1
    inner = "".join(f"<li>{_inline(item)}</li>" for item in items)
    if kind == "bullet":
        return f"<ul>{inner}</ul>", at
    start = "" if int(first) == 1 else f' start="{int(first)}"'
    return f"<ol{start}>{inner}</ol>", at


def _inline(text: str) -> str:
    """One paragraph's or item's text: emphasis, code, links, the elements within a line."""
    pieces: list[str] = []
    opened: list[tuple[str, int]] = []  # marks that wait for their end, and their places
    at = 0
    for found in INLINE.finditer(text):
        pieces.append(_words(text[at : found.start()]))
        at = found.end()
        if found["escaped"]:
            pieces.append(_words(found["escaped"]))
        elif found["code"]:
            pieces.append(f"<code>{_words(found['code'])}</code>")
        elif found["tag"]:
            pieces.append(found["tag"])
        elif found["address"]:
            pieces.append(_link(found["address"]))
        else:
            _mark(found["mark"], text[found.start() - 1 : found.start()], text[at : at + 1],
                  pieces, opened)  # fmt: skip
    return "".join(pieces) + _words(text[at:])


def _mark(mark: str, before: str, after: str, pieces: list[str], opened: list) -> None:
    """Take a mark for the end of what the same mark began, for a beginning, or for stars."""
    if before.strip() and opened and opened[-1][0] == mark:
        _, place = opened.pop()
        pieces[place] = f"<{MARKS[mark]}>"
        pieces.append(f"</{MARKS[mark]}>")
        return
    if after.strip() and mark not in [each for each, _ in opened]:
        opened.append((mark, len(pieces)))
    pieces.append(mark)


def linked_part(address: str) -> str:
    """What of a bare address is linked: what ends the sentence after it stays outside."""
    link = address.rstrip(AFTER_ADDRESS)
    while link.endswith(")") and link.count("(") < link.count(")"):
        link = link[:-1].rstrip(AFTER_ADDRESS)
    return link


def _link(address: str) -> str:
    """A bare address as a link."""
    link = linked_part(address)
    return f'<a href="{escape(link)}">{escape(link)}</a>{_words(address[len(link) :])}'


def _words(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
