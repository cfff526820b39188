"""
'Did you mean': words spelled like those of a search that found nothing.

The words of titles and leads, and of the names of topics, tags and states, are kept in a table that
the worker writes anew. Names of people are read where they are, so that an erased one is gone.
"""

import re
from difflib import get_close_matches

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, transaction
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Concat
from taggit.models import Tag

from competencyworks.core.models import State, Topic
from competencyworks.core.prepared import Prepared
from competencyworks.core.search import Unit
from competencyworks.core.search_text import FoldedText, fold

from .models import SearchWord
from .search_kinds import KINDS

SHORTEST = 4  # letters of a word that is compared
LIKENESS = 0.78  # of difflib: one letter in five may differ
_WORD = re.compile(r"\w+")


class _Words(Func):
    """A text's words, not reduced to their stems."""

    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


def _texts(at) -> QuerySet:
    """The words of everything whose spelling can be trusted."""
    titled = Concat("title", Value(" "), "lead", output_field=TextField())
    parts = [
        model.objects.published(at).order_by().values_list(_Words(FoldedText(titled)))
        for model, _ in KINDS.values()
    ]
    for rows in (Topic.objects.offered(), Tag.objects.all(), State.objects.all()):
        parts.append(rows.order_by().values_list(_Words(FoldedText("name"))))
    return parts[0].union(*parts[1:], all=True)


TEXTS = Prepared(_texts)
_INSERT = f"""
INSERT INTO website_searchword (word, count)
SELECT word, ndoc FROM ts_stat(%s) WHERE word ~ '^[[:alpha:]]{{{SHORTEST},30}}$'
"""  # noqa: S608 - of our own code
_ALIKE = """
SELECT word FROM website_searchword WHERE left(word, 2) = ANY(%(starts)s) OR
    right(word, 3) = ANY(%(ends)s)
UNION
SELECT word FROM core_person, regexp_split_to_table(lower(name), '[^[:alpha:]]+') AS word
WHERE left(word, 2) = ANY(%(starts)s) OR right(word, 3) = ANY(%(ends)s)
"""


@transaction.atomic
def rewrite() -> None:
    """Write the table of words anew, from what is public now."""
    SearchWord.objects.all().delete()
    with connection.cursor() as cursor:
        # ts_stat() takes a statement as text.
        texts = cursor.mogrify(*TEXTS.statement()).decode()
        cursor.execute(_INSERT, [texts])


def suggestion(parts: list[Unit]) -> str:
    """The search `parts` with unknown words replaced by known ones; '' for no idea. One query."""
    asked = [part for part in parts if not (part.is_excluded or part.is_or)]
    words = {word.lower() for part in asked for word in part.words.split()}
    words = {word for word in words if len(word) >= SHORTEST and word.isalpha()}
    if not words:
        return ""
    starts, ends = [word[:2] for word in words], [word[-3:] for word in words]
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, {"starts": starts, "ends": ends})
        known = {word for (word,) in cursor.fetchall()}
    better = {}
    for word in words - known:
        alike = [each for each in known if abs(len(each) - len(word)) <= 2]
        if alike := get_close_matches(word, alike, 1, LIKENESS):
            better[word] = alike[0]
    return " ".join(_with(part, better) for part in parts) if better else ""


def _with(part: Unit, better: dict[str, str]) -> str:
    """`part` as it was typed, with these words in place of others."""
    said = _WORD.sub(lambda found: better.get(fold(found[0]).lower(), found[0]), part.typed)
    said = f'"{said}"' if part.is_phrase else said
    return f"-{said}" if part.is_excluded else said
