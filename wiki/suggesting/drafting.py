"""
The whole text of a page as a reader edits it: blocks with empty lines between.

What the reader leaves as it is stays as it is, to the last character: a block is made anew only
where its text changed.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from competencyworks.core.prose.cleaning import clean_html
from competencyworks.core.prose.html_tokens import TOKEN, VOID

from .marks import WITHIN_LINES, to_html
from .parts import PART, Parts, without_tokens
from .unmarking import to_text

BETWEEN = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
OUTER = re.compile(r"<(p|h[2-6])( [^<>]*)?>")
NAMED = re.compile(rf"(?<!\\){PART.pattern}")  # not taken its meaning by a backslash
SEPARATOR = "\n"
MOST_NEW = 1000  # blocks that a reader may add


class BadText(ValueError):
    """A text that cannot be taken; the message is for its writer."""


@dataclass(frozen=True)
class Block:
    """One block of the stored text: its HTML, the white space after it, and what is edited."""

    html: str
    after: str
    text: str


class Draft:
    """The text `body` (clean HTML) for a reader to edit."""

    def __init__(self, body: str) -> None:
        self.body = str(body)
        self.parts = Parts()
        self.before, pieces = _pieces(self.body)
        self.blocks = [
            Block(html, after, self._text(html, is_loose)) for html, after, is_loose in pieces
        ]
        self.text = "\n\n".join(block.text for block in self.blocks)

    def _text(self, html: str, is_loose: bool) -> str:
        if is_loose:
            return self.parts.keep("", html, is_block=True)
        return to_text(html, self.parts)

    def html_of(self, text: str) -> str:
        """
        The body that comes of the edited `text`: the same, where nothing was changed. Raises
        BadText where a kept part stands twice, or for more blocks than anybody writes.
        """
        chunks = chunks_of(text)
        if chunks == [block.text for block in self.blocks]:
            return self.body
        if len(chunks) > MOST_NEW + 2 * len(self.blocks):
            raise BadText("This text has too many paragraphs for one page. Shorten it.")
        self._check_parts(chunks)
        return clean_html(self.before + self._joined(chunks))

    def _check_parts(self, chunks: list[str]) -> None:
        found = [name for chunk in chunks for name in NAMED.findall(chunk)]
        for name in self.parts.html:
            if found.count(name) > 1:
                raise BadText(f"{name} appears {found.count(name)} times. Keep one of them.")

    def _joined(self, chunks: list[str]) -> str:
        known = {block.text: block for block in reversed(self.blocks)}
        texts = [block.text for block in self.blocks]
        made: list[tuple[str, str | None]] = []
        matcher = SequenceMatcher(None, texts, chunks, autojunk=False)
        for act, i1, i2, j1, j2 in matcher.get_opcodes():
            if act == "equal":
                made += [(block.html, block.after) for block in self.blocks[i1:i2]]
                continue
            for place, chunk in enumerate(chunks[j1:j2]):
                if chunk in known:  # it was moved
                    made.append((known[chunk].html, None))
                    continue
                html, after = to_html(chunk, self.parts), None
                if i1 + place < i2:
                    before = self.blocks[i1 + place]
                    html, after = _dressed(html, before.html), before.after
                made.append((html, after))
        written = [html + (SEPARATOR if after is None else after) for html, after in made]
        for place, (_, after) in enumerate(made[:-1]):
            if after == "" and made[place + 1][1] is None:
                written[place] += SEPARATOR
        return "".join(written).rstrip("\n") if made else ""


def chunks_of(text: str) -> list[str]:
    """The blocks of an edited text, as they are compared."""
    text = without_tokens(text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    chunks = (
        "\n".join(line.rstrip(" ") for line in chunk.strip("\n").split("\n"))
        for chunk in BETWEEN.split(text)
    )
    return [chunk for chunk in chunks if chunk.strip()]


def _dressed(html: str, before: str) -> str:
    """A changed block with the id and class that it had before, if it is of the same kind."""
    now, then = OUTER.match(html), OUTER.match(before)
    if now and then and now[1] == then[1] and then[2]:
        return then[0] + html[now.end() :]
    return html


def _pieces(body: str) -> tuple[str, list[tuple[str, str, bool]]]:
    """
    White space at the beginning, and the blocks of a clean body: source, white space after it,
    and whether it is loose text rather than an element of its own.
    """
    found: list[list] = []  # source, whether it is loose
    at = depth = start = 0

    def loose(text: str) -> None:
        if text and found and found[-1][1]:
            found[-1][0] += text
        elif text:
            found.append([text, True])

    for token in TOKEN.finditer(body):
        name = token["name"]
        if depth == 0:
            loose(body[at : token.start()])
            start = token.start()
        at = token.end()
        if name is None:
            continue
        if name not in VOID:
            depth += -1 if token["slash"] else 1
        if depth == 0:
            source = body[start:at]
            if name in WITHIN_LINES or name == "img":
                loose(source)
            else:
                found.append([source, False])
    loose(body[at:])
    return _spaced(found)


def _spaced(found: list[list]) -> tuple[str, list[tuple[str, str, bool]]]:
    before, blocks = "", []
    for source, is_loose in found:
        bare = source.strip(" \t\n\r\f") if is_loose else source
        if not bare and blocks:
            blocks[-1][1] += source
        elif not bare:
            before += source
        else:
            head, _, tail = source.partition(bare) if is_loose else ("", "", "")
            if blocks:
                blocks[-1][1] += head
            else:
                before += head
            blocks.append([bare, tail, is_loose])
    return before, [tuple(block) for block in blocks]
