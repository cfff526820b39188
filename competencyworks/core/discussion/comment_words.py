"""
Full-text search in comments, by an index on an expression: a stored column would be read with
every comment that a page shows.
"""

from django.db.models import F, Func, QuerySet, Value
from django.db.models.functions import Replace

from ..search import parse, words_expression


def words_vector() -> Func:
    """Words of name, e-mail address (and its two halves), website and text."""
    halves = Replace(F("email"), Value("@"), Value(" "))
    return words_expression("name", "email", halves, "website", "body")


def matching(rows: QuerySet, words: str) -> QuerySet:
    """Of `rows` (comments) those that match a search: words, "phrases", -not, OR."""
    return rows.alias(words_of_comment=words_vector()).filter(words_of_comment=parse(words))
