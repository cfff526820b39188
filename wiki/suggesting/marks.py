"""
What readers write into the text of a page: plain text with light marks, as under articles, and
with what pages have besides: `## ` headings, `[words](address)`, `[[Title]]`, `[fn]…[/fn]`, and
`{table 1}` for parts that no marks say (see parts.py). An empty line ends a block.

Elements of HTML that stand within a line are understood too; any other tag is the characters that
it is made of.
"""

import re
from html import escape

import nh3

from competencyworks.core.discussion.marks import AFTER_ADDRESS, DEEPEST, ITEM, MARKS, QUOTE
from competencyworks.core.prose.cleaning import CleanHTML, clean_html

from .parts import PART, Parts

HEADING = re.compile(r"\s{0,3}(?P<signs>#{2,6})[ \t]+(?P<words>\S.*)")
WITHIN_LINES = (
    "a", "abbr", "b", "bdi", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
)  # fmt: skip
INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    rf"|(?P<part>{PART.pattern})"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<wikilink>\[\[[^\[\]<>]*\]\])"
    r"|\[(?!/?fn\])(?P<words>[^\[\]\n]+)\]\((?P<href>[^\s()<>\"\\]+)\)"
    rf"|(?P<tag></?(?:{'|'.join(WITHIN_LINES)})(?:\s[^<>]*)?/?>)"
    r"|(?P<address>https?://[^\s<>\[\]\"*`\\{}]+)"
    r"|(?P<mark>\*{1,2})",
    re.IGNORECASE,
)
NARROW = nh3.Cleaner(
    tags={*WITHIN_LINES, "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"},
    attributes={
        "a": {"href", "title", "id"}, "abbr": {"title"}, "dfn": {"title"}, "q": {"cite"},
        "ol": {"start"}, "time": {"datetime"}, "span": {"lang", "dir"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)  # fmt: skip


def to_html(text: str, parts: Parts) -> CleanHTML:
    """One or more blocks of text with marks as clean HTML, kept parts put in. Never raises."""
    html = clean_html(NARROW.clean(_blocks(text.split("\n"), parts)))
    return clean_html(parts.put_into(html))


def _blocks(lines: list[str], parts: Parts, depth: int = 0) -> str:
    html, at = [], 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif found := HEADING.fullmatch(line):
            tag = f"h{len(found['signs'])}"
            html.append(f"<{tag}>{inline(found['words'].strip(), parts)}</{tag}>")
            at += 1
        elif depth < DEEPEST and QUOTE.fullmatch(line):
            start = at
            while at < len(lines) and QUOTE.fullmatch(lines[at]):
                at += 1
            inner = [QUOTE.fullmatch(quoted)[1] for quoted in lines[start:at]]
            html.append(f"<blockquote>{_blocks(inner, parts, depth + 1)}</blockquote>")
        elif found := ITEM.fullmatch(line):
            listed, at = _list(lines, at, "bullet" if found["bullet"] else "number", parts)
            html.append(listed)
        else:
            start = at
            at += 1
            while at < len(lines) and lines[at].strip() and not _begins_block(lines[at], depth):
                at += 1
            html.append(_paragraph("\n".join(lines[start:at]).strip(), parts))
    return "".join(html)


def _begins_block(line: str, depth: int) -> bool:
    signs = (HEADING, ITEM, QUOTE) if depth < DEEPEST else (HEADING, ITEM)
    return any(sign.fullmatch(line) for sign in signs)


def _paragraph(text: str, parts: Parts) -> str:
    """A paragraph; a part that is a block stands by itself."""
    found = PART.fullmatch(text)
    alone = found and parts.token(found[0], is_block=True)
    return alone or f"<p>{inline(text, parts)}</p>"


def _list(lines: list[str], at: int, kind: str, parts: Parts) -> tuple[str, int]:
    """The list that begins at a line, and the line after it. Set-in lines go on with an item."""
    first = ITEM.fullmatch(lines[at])["number"]
    items: list[str] = []
    while at < len(lines):
        found = ITEM.fullmatch(lines[at])
        if found and found[kind]:
            items.append(found["words"].strip())
        elif not found and lines[at].startswith("  ") and lines[at].strip():
            items[-1] += "\n" + lines[at].strip()
        else:
            break
        at += 1
    inner = "".join(f"<li>{inline(item, parts)}</li>" for item in items)
    if kind == "bullet":
        return f"<ul>{inner}</ul>", at
    start = "" if int(first) == 1 else f' start="{int(first)}"'
    return f"<ol{start}>{inner}</ol>", at


def inline(text: str, parts: Parts) -> str:
    """The text of one block: emphasis, code, links, parts, elements within a line."""
    pieces: list[str] = []
    opened: list[tuple[str, int]] = []  # marks that wait for their end, and their places
    at = 0
    for found in INLINE.finditer(text):
        pieces.append(_words(text[at : found.start()]))
        at = found.end()
        if found["escaped"]:
            pieces.append(_words(found["escaped"]))
        elif found["part"]:
            pieces.append(parts.token(found["part"]) or _words(found["part"]))
        elif found["code"]:
            pieces.append(f"<code>{_words(found['code'])}</code>")
        elif found["wikilink"]:
            pieces.append(_words(found["wikilink"]))
        elif found["href"]:
            words = inline(found["words"], parts)
            pieces.append(f'<a href="{escape(found["href"])}">{words}</a>')
        elif found["tag"]:
            pieces.append(found["tag"])
        elif found["address"]:
            pieces.append(_link(found["address"]))
        else:
            before, after = text[found.start() - 1 : found.start()], text[at : at + 1]
            _mark(found["mark"], before if found.start() else "", after, pieces, opened)
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


def _link(address: str) -> str:
    """A bare address as a link; what ends the sentence after it stays outside."""
    link = address.rstrip(AFTER_ADDRESS)
    while link.endswith(")") and link.count("(") < link.count(")"):
        link = link[:-1].rstrip(AFTER_ADDRESS)
    return f'<a href="{escape(link)}">{escape(link)}</a>{_words(address[len(link) :])}'


def _words(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
