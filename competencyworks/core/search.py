"""
Full-text search by PostgreSQL: what goes into a vector, and how a query is read.

Rules: https://www.postgresql.org/docs/current/textsearch-controls.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Expression, F, Func, Value

from .search_text import HYPHENS, INDEXED_CHARACTERS, QUOTATION_MARKS, FoldedText, fold

CONFIG = "english"

# --- Vectors ------------------------------------------------------------------------------


class _WordVector(Func):
    template = "setweight(to_tsvector('english'::regconfig, %(expressions)s), '%(weight)s')"
    output_field = SearchVectorField()
    folding: type[Func] = FoldedText

    def __init__(self, weight: str, *columns: str | Func):
        named = [F(column) if isinstance(column, str) else column for column in columns]
        parts = [part for column in named for part in (Value(" "), column)][1:]
        super().__init__(self.folding(_Joined(*parts)), weight=weight)


class _Joined(Func):
    arg_joiner = " || "
    template = "(%(expressions)s)"


def vector_expression(title: str, excerpt: str, body: str, attached: str) -> Func:
    """
    The expression of a generated column: title weighs most, then excerpt, then the rest.

    Body and attached text share one part, because INDEXED_CHARACTERS bounds them together.
    """
    return _Joined(
        _WordVector("A", title), _WordVector("B", excerpt), _WordVector("C", body, attached)
    )


def words_expression(*columns: str | Func) -> Func:
    """The expression of an index over columns that weigh the same."""
    return _WordVector("D", *columns)


class _FirstFolded(Func):
    """What FoldedText was before typographic signs were folded."""

    template = (
        "regexp_replace(replace(regexp_replace(left(%(expressions)s, "
        f"{INDEXED_CHARACTERS}), '<[^>]*>', ' ', 'g'), '/', ' '), "
        "'\\mk[-‐‑‒–—]?(\\d{1,2})\\M', 'k\\1', 'gi')"
    )
    output_field = models.TextField()


class _Vector(_WordVector):
    """The vectors of that time; migrations name it."""

    folding = _FirstFolded


# --- Queries ------------------------------------------------------------------------------

_UNIT = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_STRAIGHT = str.maketrans(QUOTATION_MARKS, '"' * len(QUOTATION_MARKS))
_GRADE_SPAN = re.compile(rf"\bk[\s{re.escape(HYPHENS)}]*(\d{{1,2}})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """A word or a "phrase" of a query; `words` are folded, `typed` is as it was typed."""

    words: str
    typed: str
    is_excluded: bool = False
    is_phrase: bool = False

    @property
    def is_or(self) -> bool:
        return self.typed.lower() == "or" and not self.is_phrase

    def __str__(self) -> str:
        """As websearch_to_tsquery reads it. What was one word stays together: 'self-paced'."""
        text = f'"{self.words}"' if self.is_phrase or " " in self.words else self.words
        return f"-{text}" if self.is_excluded else text


def units(words: str) -> list[Unit]:
    """What a reader typed, in its parts; parts without a letter or digit are left out."""
    # The reader's 'K 12' is one word too. NUL is refused by PostgreSQL.
    words = _GRADE_SPAN.sub(r"k\1", words.replace("\0", "")).translate(_STRAIGHT)
    found = []
    for match in _UNIT.finditer(words):
        typed = match["word"] if match["phrase"] is None else match["phrase"]
        folded = " ".join(fold(typed).replace('"', " ").split())
        if any(sign.isalnum() for sign in folded):
            found.append(Unit(folded, typed, bool(match["minus"]), match["phrase"] is not None))
    return found


def written(parts: Iterable[Unit]) -> str:
    """`parts` as websearch_to_tsquery reads them."""
    return " ".join(str(part) for part in parts)


def query_of(words: str) -> str:
    """A reader's words as websearch_to_tsquery reads them; '' for signs alone. Twice is as once."""
    return written(units(words))


def parse(words: str | Expression) -> SearchQuery:
    """
    A reader's words as a query: "phrases", -exclusion and OR, as websearch_to_tsquery has them.

    Never raises, whatever is typed. An expression stands for what query_of() gives.
    """
    if isinstance(words, str):
        words = query_of(words)
    return SearchQuery(words, config=CONFIG, search_type="websearch")


class SearchQuerySet(models.QuerySet):
    """A queryset over publishable rows, which have the column `vector`."""

    def search(self, words: str | Expression) -> "SearchQuerySet":
        """Only rows that match `words`; unranked, in the queryset's own order."""
        return self.filter(vector=parse(words))
