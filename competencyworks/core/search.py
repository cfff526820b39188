"""
Full-text search by PostgreSQL: what goes into a vector, and how a query is read.

Rules: https://www.postgresql.org/docs/current/textsearch-controls.html
"""

import re

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Expression, F, Func, Value

CONFIG = "english"
# A vector over 1 MB makes PostgreSQL refuse the row, so only the first part of a very long
# text is indexed (characters).
INDEXED_CHARACTERS = 250_000

# 'K-12', 'K–12', 'K 12' and 'K12' are one word to readers, four to PostgreSQL's parser.
_GRADE_SPAN = re.compile(r"\bk[-‐‑‒–—]?(\d{1,2})\b", re.IGNORECASE)


def fold(text: str) -> str:
    """`text` with spellings made one; the same as the vectors' SQL does."""
    return _GRADE_SPAN.sub(r"k\1", text).replace("/", " ")


class _Folded(Func):
    """SQL twin of fold(), after the tags of HTML have been taken out."""

    template = (
        "regexp_replace(replace(regexp_replace(left(%(expressions)s, "
        f"{INDEXED_CHARACTERS}), '<[^>]*>', ' ', 'g'), '/', ' '), "
        "'\\mk[-‐‑‒–—]?(\\d{1,2})\\M', 'k\\1', 'gi')"
    )
    output_field = models.TextField()


class _Vector(Func):
    template = "setweight(to_tsvector('english'::regconfig, %(expressions)s), '%(weight)s')"
    output_field = SearchVectorField()

    def __init__(self, weight: str, *columns: str | Func):
        named = [F(column) if isinstance(column, str) else column for column in columns]
        parts = [part for column in named for part in (Value(" "), column)][1:]
        super().__init__(_Folded(_Joined(*parts)), weight=weight)


class _Joined(Func):
    arg_joiner = " || "
    template = "(%(expressions)s)"


def vector_expression(title: str, excerpt: str, body: str, attached: str) -> Func:
    """
    The expression of a generated column: title weighs most, then excerpt, then the rest.

    Body and attached text share one part, because INDEXED_CHARACTERS bounds them together.
    """
    return _Joined(_Vector("A", title), _Vector("B", excerpt), _Vector("C", body, attached))


def words_expression(*columns: str | Func) -> Func:
    """The expression of an index over columns that weigh the same."""
    return _Vector("D", *columns)


def parse(words: str | Expression) -> SearchQuery:
    """
    A reader's words as a query: "phrases", -exclusion and OR, as websearch_to_tsquery has them.

    Never raises, whatever is typed; NUL, which PostgreSQL refuses, is dropped. An expression
    stands for words that have been through fold().
    """
    if isinstance(words, str):
        words = fold(words.replace("\0", ""))
    return SearchQuery(words, config=CONFIG, search_type="websearch")


class SearchQuerySet(models.QuerySet):
    """A queryset over publishable rows, which have the column `vector`."""

    def search(self, words: str | Expression) -> "SearchQuerySet":
        """Only rows that match `words`; unranked, in the queryset's own order."""
        return self.filter(vector=parse(words))
