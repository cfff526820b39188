"""Cutting an export file at the tags of its larger pieces, without holding more than one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

CHUNK = 1 << 18  # characters read at a time
LONGEST_TAG = 200
LARGEST = 1 << 26  # characters of one piece; more is damage, not an article

START = re.compile(
    r"<!--|<image[\s>]"
    r"|<(?P<tag>(?:[A-Za-z]\w*:)?(?P<name>item|author|category|tag|term"
    r"|title|link|base_site_url|base_blog_url|wxr_version))(?=[\s>])[^<>]*(?<!/)>"
)
WITHIN = re.compile(r"<!\[CDATA\[|<!--|<item[\s>]|</(?P<end>[\w:]+)\s*>")
# What a whole item in a CDATA section would have to hold to be no sign of damage.
NEXT_ITEM = re.compile(r"</item>\s*<item[\s>].*<!\[CDATA\[", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """One element of the file: its name without a prefix, its text, the line it starts in."""

    name: str
    line: int
    text: str
    broken: str = ""


class _Window:
    """The part of the file that is in memory, and the number of its first line."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.text = ""
        self.line = 1
        self.ended = False

    def drop(self, position: int) -> None:
        """Forget what stands before `position`."""
        self.line += self.text.count("\n", 0, position)
        self.text = self.text[position:]

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        chunk = self.file.read(CHUNK)
        self.ended = not chunk
        self.text += chunk
        return bool(chunk)

    def find(self, text: str, start: int) -> int:
        """Where `text` begins at or after `start`, reading on as needed; -1 if nowhere."""
        while (found := self.text.find(text, start)) < 0:
            start = max(start, len(self.text) - len(text) + 1)
            if len(self.text) > LARGEST or not self.more():
                return -1
        return found

    def match(self, pattern: re.Pattern, start: int, forget: bool = False) -> re.Match | None:
        """
        The first match at or after `start`, reading on as needed. What was searched in vain
        may be dropped if `forget` says so; `start` must be 0 then.
        """
        while True:
            found = pattern.search(self.text, start)
            # A match at the very end could be longer once more is read.
            if found and (found.end() < len(self.text) or self.ended):
                return found
            if not found:
                # A tag that is cut off begins in the last characters.
                start = max(start, len(self.text) - LONGEST_TAG)
                if forget:
                    self.drop(start)
                    start = 0
            if len(self.text) > LARGEST or not self.more():
                return found


def pieces(file: TextIO) -> Iterator[Piece]:
    """
    The pieces of an export, in the file's order: `item`, `author`, `category`, `tag`, `term`,
    and of the head `title`, `link`, `base_site_url`, `base_blog_url`, `wxr_version`.

    A piece whose end is missing, or that runs into the next item, says so in `broken`.
    """
    window = _Window(file)
    while True:
        start = window.match(START, 0, forget=True)
        if start is None:
            return
        if start["tag"] is None:
            end = "-->" if start[0] == "<!--" else "</image>"
            position = window.find(end, start.end())
            window.drop(position + len(end) if position >= 0 else start.end())
            continue
        window.drop(start.start())
        length, broken = _length(window, start["tag"], len(start[0]))
        yield Piece(start["name"], window.line, window.text[:length], broken)
        window.drop(length)


def _length(window: _Window, tag: str, position: int) -> tuple[int, str]:
    """How long the piece is that the window starts with, and how it is broken, if it is."""
    while True:
        mark = window.match(WITHIN, position)
        if mark is None:
            return len(window.text), f"The file ends within this <{tag}>"
        if mark[0] == "<![CDATA[":
            position = window.find("]]>", mark.end())
            section = window.text[mark.end() : position if position >= 0 else None]
            if unclosed := NEXT_ITEM.search(section):
                end = mark.end() + unclosed.start() + len("</item>")
                return end, "A CDATA section is not closed"
            if position < 0:
                return len(window.text), f"The file ends within this <{tag}>"
            position += len("]]>")
        elif mark[0] == "<!--":
            position = window.find("-->", mark.end())
            position = mark.end() if position < 0 else position + len("-->")
        elif mark["end"] == tag:
            return mark.end(), ""
        elif mark["end"] == "item" or mark[0].startswith("<item"):
            return mark.start(), f"<{tag}> is not closed"
        else:
            position = mark.end()
