"""
The states, topics, tags and kinds that the words of a search name.

Texts seldom say what they are filed under: a webinar does not call itself one, and a school's
story may not name its state. So words of a search that are the name of a state, a topic, a tag or
a kind stand for the words in a text, and also for what is filed there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.db import connection
from django.db.models import F, Func, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, Length
from taggit.models import Tag

from competencyworks.core.models import Person, State, Topic
from competencyworks.core.prepared import Prepared
from competencyworks.core.search import CONFIG, Unit
from competencyworks.core.search_text import FoldedText, fold
from events.models import Event
from wiki.models import Resource

MOST = 3  # terms in one search
LONGEST = 8  # words of a name
SHOWN = 12  # names beside the results
TAGS_READ = 50
# What readers call a kind, and its value in the column of kinds or else the name of its model.
KINDS = {
    "digest": "digest",
    "paper": "paper",
    "series": "series",
    "event": "event",
    "wiki page": "wikipage",
    "provider": Resource.Kind.PROVIDER.value,
    **{kind.label: kind.value for kind in Event.Kind},
    **{kind.label.partition(":")[0]: kind.value for kind in Resource.Kind},
}
# Postal codes that are words, or common abbreviations of something else. The others are known in
# any case, as readers type them.
AMBIGUOUS_CODES = frozenset("AL AS CO DE HI ID IN LA MA MD ME MS MT OH OK OR PA PR".split())


@dataclass(frozen=True)
class Term:
    """
    Parts of a search that are a name, with what bears it: keys of states, topics (those below it
    too) and tags, and the value of a kind. Empty where the name is none of that sort.
    """

    units: tuple[Unit, ...]
    states: list[int]
    topics: list[int]
    tags: list[int]
    kind: str

    @property
    def sorts(self) -> tuple[str, ...]:
        """In which ways an item may bear it."""
        return tuple(name for name in ("states", "topics", "tags", "kind") if getattr(self, name))


@dataclass(frozen=True)
class Name:
    """A state, topic, tag or person, as the pages beside the results are listed."""

    place: str  # the first part of its address: 'topics'
    key: int
    name: str
    slug: str
    above: int | None = None


@dataclass(frozen=True)
class Reading:
    """What the parts of a search were taken for."""

    terms: list[Term]
    rest: list[Unit]  # without stop words
    has_meaning: bool  # whether anything but stop words is asked for
    names: list[tuple[str, str, str]]  # place, name and address of pages


# --- What there is ------------------------------------------------------------------------


def _named(at, like, asked) -> QuerySet:
    """
    All states and topics, which are few; people and tags whose name holds `like`, which is folded;
    and tags that may be named in `asked`, a slug of all words.
    """
    none = Cast(None, IntegerField())
    # Whether a name in the plural is meant too is looked at in _key().
    stem = Func(F("slug"), Value("seiy"), function="rtrim")
    named_tags = Tag.objects.alias(folded=FoldedText("name")).filter(folded__icontains=like)
    people = Person.objects.alias(folded=FoldedText("name")).filter(folded__icontains=like)
    tags = Tag.objects.alias(asked=asked).filter(asked__icontains=stem)
    parts = []
    for place, rows in (
        ("states", State.objects.order_by()),
        ("topics", Topic.objects.offered().order_by()),
        ("tags", named_tags.order_by("name")[:SHOWN]),
        ("tags", tags.order_by(Length("name").desc(), "pk")[:TAGS_READ]),
        ("people", people.order_by("name")[:SHOWN]),
    ):
        above = F("parent_id") if place == "topics" else none
        rows = rows.annotate(place=Value(place), above=above)
        parts.append(rows.values_list("place", "pk", "name", "slug", "above"))
    return parts[0].union(*parts[1:])


NAMED = Prepared(_named)
_STOP_WORDS = """
UNION ALL SELECT '', 0, word, '', NULL FROM unnest(%s) AS word
WHERE numnode(plainto_tsquery(%s::regconfig, word)) = 0
"""


def _asked(parts: list[Unit]) -> tuple[list[Name], set[str]]:
    """The names that may be meant, and which words are stop words. One query."""
    like = _like(parts)
    asked = "-".join(part.words.replace(" ", "-") for part in parts)
    sql, values = NAMED.statement(like=like, asked=asked)
    with connection.cursor() as cursor:
        # Both are our own; what is sought travels as parameters.
        cursor.execute(f"({sql}){_STOP_WORDS}", [*values, [part.words for part in parts], CONFIG])
        names = [Name(*row) for row in cursor.fetchall()]
    return [name for name in names if name.place], {name.name for name in names if not name.place}


def _like(parts: list[Unit]) -> str:
    """All words that are asked for, folded; what is excluded names no page to offer."""
    return " ".join(part.words for part in parts if not part.is_excluded).lower()


# --- Reading ------------------------------------------------------------------------------


def read(parts: list[Unit]) -> Reading:
    """What `parts`, of which there are some, say. One query."""
    names, stop_words = _asked(parts)
    has_or = any(part.is_or for part in parts)
    terms = [] if has_or else list(_terms(parts, names))[:MOST]
    taken = {id(part) for term in terms for part in term.units}
    rest = [part for part in parts if id(part) not in taken]
    if not has_or:
        rest = [part for part in rest if part.words not in stop_words]
    has_meaning = bool(terms or any(part.words not in stop_words for part in rest))
    return Reading(terms, rest, has_meaning, _shown(parts, terms, names))


def _terms(parts: list[Unit], names: list[Name]) -> Iterator[Term]:
    """The names among `parts`, the longest that begins at a word first."""
    known: dict[tuple[str, ...], list[Name]] = {}
    for name in names:
        if name.place != "people":
            known.setdefault(_key(name.name), []).append(name)
    codes = {code: name for name in names if (code := _code(name))}
    for alone, run in groupby(parts, key=lambda part: part.is_excluded or part.is_phrase):
        run = list(run)
        start = 0
        while start < len(run):
            longest = 1 if alone else LONGEST
            for end in range(min(len(run), start + longest), start, -1):
                said = tuple(run[start:end])
                key = _key(" ".join(part.words for part in said))
                found = known.get(key, [])
                code = _SIGNS.sub("", said[0].typed).upper()
                if not found and len(said) == 1 and code in codes:
                    found = [codes[code]]
                if (found or key in _KINDS) and not said[0].is_excluded:
                    yield _term(said, found, _KINDS.get(key, ""), names)
                    start = end
                    break
            else:
                start += 1


def _term(said: tuple[Unit, ...], found: list[Name], kind: str, names: list[Name]) -> Term:
    keys = {
        place: [name.key for name in found if name.place == place]
        for place in ("states", "topics", "tags")
    }
    for key in keys["topics"]:
        keys["topics"] += [name.key for name in names if name.above == key]
    return Term(said, **keys, kind=kind)


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word


@lru_cache(maxsize=4096)  # each search compares the same names
def _key(name: str) -> tuple[str, ...]:
    """A name as it is compared: without signs, in lower case, in the singular."""
    return tuple(_singular(word) for word in fold(name).lower().replace('"', " ").split())


_SIGNS = re.compile(r"[.,;:()]")  # 'N.H.'
_KINDS = {_key(name): value for name, value in KINDS.items()}


def _code(name: Name) -> str:
    """The postal code of a state that means nothing else; '' for all other names."""
    code = name.slug.upper() if name.place == "states" else ""
    return "" if code in AMBIGUOUS_CODES else code


def _shown(parts: list[Unit], terms: list[Term], names: list[Name]) -> list[tuple[str, str, str]]:
    """The pages of what the terms name, then of what is named like all the words."""
    like = _like(parts)
    meant = {
        (place, key)
        for term in terms
        for place in ("states", "topics", "tags")
        for key in getattr(term, place)[:1]
    }
    first = [name for name in names if (name.place, name.key) in meant]
    others = [
        name for name in names if like and name not in first and like in fold(name.name).lower()
    ]
    rows = sorted(first, key=lambda name: name.name) + sorted(others, key=lambda name: name.name)
    return [(row.place, row.name, f"/{row.place}/{row.slug}/") for row in rows[:SHOWN]]
