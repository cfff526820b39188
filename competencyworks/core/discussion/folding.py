"""
Words as they are meant, however they are dressed up: what word lists and the count of equal
texts compare.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape

# Letters of other alphabets that look like Latin ones.
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("абвгеёзийкмнорстухуѕіјԁһ", "abbreeziukmhopctyxysijdh", strict=True)),
        **dict(zip("αβεηικμνορτυχωıøʟɴɡ", "abenikmvoptuxwiolng", strict=True)),
    }
)
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_DISGUISED = str.maketrans("0134579@$!|", "oieastgasil")
_SPELLED_OUT = re.compile(r"(?<!\w)(?:\w[ .\-_*·]{1,2}){3,}\w(?!\w)")
_NOT_IN_WORDS = re.compile(r"[^\w]+|_")
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|div|li|blockquote|h\d|pre)>|<br>", re.IGNORECASE)
# Scripts that put no blanks between words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def text_of(html: str) -> str:
    """The words of cleaned HTML, blocks on lines of their own."""
    return unescape(_TAG.sub("", _BLOCK_END.sub("\n", html)))


def fold(text: str) -> str:
    """
    `text` as words in small letters with single blanks around each: ' so that a phrase is '.

    Compatible forms become one (NFKC), accents, invisible characters and punctuation go,
    letters that look like Latin ones become those.
    """
    # Of ASCII, all but the case would stay as it is; most comments are that.
    text = text.casefold() if text.isascii() else _unmarked(text)
    text = _SPELLED_OUT.sub(lambda match: re.sub(r"[ .\-_*·]", "", match[0]), text)
    words = _NOT_IN_WORDS.sub(" ", text.translate(_LOOKALIKES)).split()
    return f" {' '.join(words)} "


def _unmarked(text: str) -> str:
    """`text` in small letters and one form of each, without accents and the invisible."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    marked = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def undisguised(text: str) -> str:
    """fold() of `text` with digits and signs in words read as letters: 'c4sin0'."""
    words = (
        word.translate(_DISGUISED) if any(map(str.isalpha, word)) else word for word in text.split()
    )
    return fold(" ".join(words))


@lru_cache(maxsize=8)
def phrases_of(lines: str) -> tuple[str, ...]:
    """The phrases of a list, one a line; empty lines and those after '#' do not count."""
    kept = (line.strip() for line in lines.splitlines())
    return tuple(line for line in kept if line and not line.startswith("#"))


@lru_cache(maxsize=4096)
def _sought(phrase: str) -> str:
    """What to look for in folded text, so that `phrase` is found as whole words."""
    folded = fold(phrase)
    return folded.strip() if not folded.strip() or _UNSPACED.search(folded) else folded


class Words:
    """A text, asked for phrases again and again."""

    def __init__(self, text: str) -> None:
        # No phrase has a line break, so none is found across both.
        self.readings = f"{fold(text)}\n{undisguised(text)}"

    def held(self, phrases: Iterable[str]) -> Iterator[str]:
        """Those of `phrases` that stand in the text as whole words."""
        readings = self.readings
        return (each for each in phrases if (sought := _sought(each)) and sought in readings)

    def hold(self, phrase: str) -> bool:
        return any(self.held([phrase]))

    def first(self, phrases: Iterable[str]) -> str:
        """The first of `phrases` that the text holds, or ''."""
        return next(self.held(phrases), "")
