"""
Footnotes: `[fn]…[/fn]` in the text becomes a numbered reference, a note beside it and one
at the end.

The list at the end (`section.footnotes`) is for everybody. Where the window has a margin, the
stylesheet shows a copy beside the line (`span.sidenote`): hidden from screen readers and
from the tab key, as it says the same again. The roles are those of https://www.w3.org/TR/dpub-aria-1.1/.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .html_tokens import TOKEN

MARK = re.compile(r"(\[/?fn\])")
OPEN, CLOSE = "[fn]", "[/fn]"
# What a note may hold; `span` is not among these, so that `</span>` ends a sidenote.
IN_NOTES = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd",
     "mark", "q", "s", "samp", "small", "strong", "sub", "sup", "time", "u", "var", "wbr"]
)  # fmt: skip
NOTE_CLASSES = frozenset(["footnote-ref", "sidenote"])
VERBATIM = frozenset(["pre", "code", "kbd", "samp"])
ID = re.compile(r'\sid="[^"]*"')

REFERENCE = (
    '<a class="footnote-ref" id="fnref-{number}" href="#fn-{number}" role="doc-noteref" '
    'aria-label="Footnote {number}">{number}</a>'
    '<span class="sidenote" aria-hidden="true"><sup>{number}</sup> {beside}</span>'
)
NOTE = (
    '<li id="fn-{number}"><p>{note} <a class="footnote-back" href="#fnref-{number}" '
    'role="doc-backlink" aria-label="Back to reference {number}">↩</a></p></li>'
)
SECTION = (
    '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes"><ol>{}</ol></section>'
)
NOTED = re.compile(r"\s*\[fn\].*?\[/fn\]", re.DOTALL)
REFERENCED = re.compile(r'<a class="footnote-ref"[^>]*>\d+</a>')
SIDENOTE = re.compile(r'<span class="sidenote"[^>]*>.*?</span>', re.DOTALL)


class _Piece(NamedTuple):
    """A stretch of text, a mark, or one tag."""

    source: str
    tag: str = ""
    closing: bool = False


def _pieces(html: str) -> Iterator[_Piece]:
    position = 0
    for token in TOKEN.finditer(html):
        for text in MARK.split(html[position : token.start()]):
            yield _Piece(text)
        yield _Piece(token[0], token["name"] or "", bool(token["slash"]))
        position = token.end()
    for text in MARK.split(html[position:]):
        yield _Piece(text)


def _note(pieces: list[_Piece]) -> tuple[str, list[_Piece]]:
    """
    The inline HTML of a note, and the tags that must stay in the text: those whose other
    half is outside of the note.
    """
    written: list[str] = []
    outside: list[_Piece] = []
    open_now: list[tuple[int, _Piece]] = []
    for piece in pieces:
        if not piece.tag:
            written.append(piece.source)
        elif piece.closing and not open_now:
            outside.append(piece)
        elif piece.closing:
            open_now.pop()
            written.append(piece.source if piece.tag in IN_NOTES else " ")
        elif piece.tag in ("br", "wbr"):
            written.append(piece.source)
        elif piece.tag in ("img", "hr", "col"):
            outside.append(piece)
        else:
            open_now.append((len(written), piece))
            written.append(ID.sub("", piece.source) if piece.tag in IN_NOTES else " ")
    for place, piece in open_now:
        written[place] = ""
        outside.append(piece)
    return "".join(written).strip(), outside


@dataclass
class _Numbering:
    written: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # references that a link holds back
    verbatim: int = 0
    in_link: bool = False

    def tag(self, piece: _Piece) -> None:
        self.written.append(piece.source)
        if piece.tag in VERBATIM:
            self.verbatim += -1 if piece.closing else 1
        if piece.tag == "a":
            self.in_link = not piece.closing
            if piece.closing:
                self.written += self.waiting
                self.waiting.clear()

    def note(self, pieces: list[_Piece]) -> None:
        note, outside = _note(pieces)
        if note:
            self.notes.append(note)
            beside = note.replace("<a ", '<a tabindex="-1" ')
            reference = REFERENCE.format(number=len(self.notes), beside=beside)
            # A link cannot stand in a link.
            (self.waiting if self.in_link else self.written).append(reference)
        for piece in outside:
            self.tag(piece)


def _end_of_note(pieces: list[_Piece], start: int) -> int | None:
    """Where the note that opens at `start` ends; None if it does not, or another opens first."""
    for place in range(start + 1, len(pieces)):
        if pieces[place].source == CLOSE and not pieces[place].tag:
            return place
        if pieces[place].source == OPEN and not pieces[place].tag:
            return None
    return None


def number(html: str) -> str:
    """
    Clean `html` with its footnotes numbered and listed at the end.

    Marks without a counterpart, and those in code, stay as they are written.
    """
    if OPEN not in html:
        return html
    pieces = list(_pieces(html))
    numbering = _Numbering()
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        end = None
        if piece.source == OPEN and not numbering.verbatim:
            end = _end_of_note(pieces, place)
        if end is not None:
            numbering.note(pieces[place + 1 : end])
            place = end
        elif piece.tag:
            numbering.tag(piece)
        else:
            numbering.written.append(piece.source)
        place += 1
    html = "".join(numbering.written)
    if numbering.notes:
        html += SECTION.format(
            "".join(NOTE.format(number=n, note=note) for n, note in enumerate(numbering.notes, 1))
        )
    return html


def without_notes(html: str) -> str:
    """A stored text (not numbered) without its footnotes."""
    return NOTED.sub("", html)


def without_sidenotes(html: str) -> str:
    """Numbered `html` as it must be for readers that lack our stylesheet."""
    return REFERENCED.sub(r"<sup>\g<0></sup>", SIDENOTE.sub("", html))
