"""
Which items match a search, and in which order.

What bears every term of a search (search_terms) comes first, then what bears some, then what only
holds the words; within each by the rank of its words, then the newest.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from taggit.models import TaggedItem

from blog.models import Post
from competencyworks.core.prepared import Prepared
from competencyworks.core.search import CONFIG, Unit, parse, written
from events.models import Event
from wiki.models import Resource

from .search_kinds import KINDS
from .search_terms import Term

PAGE_SIZE = 10
COUNTED = 1000
# Ranking reads each vector from disk; beyond the newest ones nobody looks.
RANKED = 500
# Posts that are looked through first. A word that a tenth of them hold is found often enough in
# them; for a rarer one the index gives few rows at all.
RECENT = 10_000
# The columns that say of which kind an item is, where its model has several.
KIND_COLUMNS = {Post: "form", Event: "kind", Resource: "kind"}

Sorts = tuple[tuple[str, ...], ...]  # in which ways items bear each of the terms


def found(
    parts: list[Unit], terms: list[Term], rest: list[Unit], first: int
) -> tuple[int, list[tuple[str, int]]]:
    """
    How many items match, and kind and key of those on the page that begins after `first`: what
    holds the words of `rest`, and of each term either bears it or holds its words.
    """
    matches = _matches(tuple(term.sorts for term in terms), bool(rest))
    since = SINCE.first() or datetime.min.replace(tzinfo=UTC)
    values: dict[str, Any] = {"rest": written(rest)} if rest else {}
    for number, term in enumerate(terms):
        values[f"words{number}"] = written(term.units)
        values |= {f"{sort}{number}": getattr(term, sort) for sort in term.sorts}
    inner, params = matches.statement(since=since, **values)
    sql = _SETTINGS + _PAGE.format(matches=inner, config=CONFIG)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, RANKED, written(parts), PAGE_SIZE, first])
        rows = cursor.fetchall()
    return rows[0][0], [(kind, pk) for _, kind, pk in rows if pk is not None]


SINCE = Prepared(
    lambda at: (
        Post.objects.published(at)
        .newest()
        .values_list("publish_at", flat=True)[RECENT : RECENT + 1]
    )
)


@lru_cache(maxsize=256)
def _matches(sorts: Sorts, has_rest: bool) -> Prepared:
    """Kind, key, date, vector and number of terms borne, of the best matches of each kind."""

    def build(at, since, **values) -> QuerySet:
        parts = [_best(model, at, since, sorts, values) for model, _ in KINDS.values()]
        return parts[0].union(*parts[1:], all=True)

    return Prepared(build)


def _best(model, at, since, sorts: Sorts, values: dict) -> QuerySet:
    """
    The newest of the rows of `model` that match, those that bear all terms before others; and one
    more than are counted, that tells whether there are others.

    Of posts, which are many, those before `since` are looked through only where there are not
    enough behind it: PostgreSQL takes the next part of a union when the one before is used up.
    """
    rows = model.objects.published(at)
    if "rest" in values:
        rows = rows.search(values["rest"])
    bears = [_bearing(model, number, sorts[number], values) for number in range(len(sorts))]
    for number, any_of in enumerate(bears):
        words = Q(vector=parse(values[f"words{number}"]))
        rows = rows.filter(reduce(or_, (Q(_is_any(keys)) for keys in any_of), words))
    borne = Value(0, IntegerField())
    for any_of in bears:
        is_borne = reduce(or_, (Q(pk__in=keys) for keys in any_of))
        borne = borne + Case(When(is_borne, then=1), default=0, output_field=IntegerField())
    sort = Value(model._meta.model_name, CharField())
    rows = rows.annotate(sort=sort, borne=borne)
    wanted = rows.order_by("-borne", "-publish_at", "-pk") if sorts else rows.newest()
    wanted = wanted.values_list("sort", "pk", "publish_at", "vector", "borne")
    if model is not Post:
        return wanted[: COUNTED + 1]
    parts = []
    if sorts:
        every = reduce(and_, (reduce(or_, (Q(pk__in=keys) for keys in any_of)) for any_of in bears))
        parts.append(wanted.filter(every)[: COUNTED + 1])
        wanted = wanted.exclude(every)
    parts.append(wanted.filter(publish_at__gte=since)[: COUNTED + 1])
    parts.append(wanted.filter(publish_at__lt=since)[: COUNTED + 1])
    return parts[0].union(*parts[1:], all=True)[: COUNTED + 1]


def _is_any(keys: QuerySet) -> Func:
    """Whether it is one of the keys, so written that PostgreSQL uses the index beside an OR too."""
    return Func(
        F("pk"),
        ArraySubquery(keys),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _bearing(model, number: int, sorts: tuple[str, ...], values: dict) -> list[QuerySet]:
    """The keys of the items of `model` that bear the term, for each way of bearing it."""
    ways: dict[str, Callable[[Any], QuerySet]] = {
        "states": lambda keys: _through(model.states, state__in=keys),
        "topics": lambda keys: _through(model.topics, topic__in=keys),
        "tags": lambda keys: TaggedItem.objects.filter(
            tag__in=keys,
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
        ).values("object_id"),
        "kind": lambda kind: _of_kind(model, kind),
    }
    return [ways[sort](values[f"{sort}{number}"]) for sort in sorts]


def _through(relation, **terms) -> QuerySet:
    rows = relation.through.objects.filter(**terms)
    return rows.values(relation.field.m2m_field_name())


def _of_kind(model, kind) -> QuerySet:
    """Items whose column says the kind `kind`; all where it is the name of the model."""
    asked = Q(asked=Value(model._meta.model_name, CharField()))
    if column := KIND_COLUMNS.get(model):
        asked |= Q(**{column: kind})
    return model.objects.alias(asked=kind).filter(asked).order_by().values("pk")


# PostgreSQL takes matching a vector for as cheap as comparing two numbers, although the vector
# must first be fetched from outside of its row. So left alone it reads through the newest posts
# until enough of them match: half a second where one in a hundred does. So matching is told to
# be dear, and the index of words to be the way in. The settings hold for the one transaction
# that statements sent together make.
_SETTINGS = """\
SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;
SET LOCAL cpu_operator_cost = 0.25;
"""
_PAGE = """\
WITH matches AS ({matches}), placed AS (
    SELECT *, row_number() OVER (
        PARTITION BY sort ORDER BY borne DESC, publish_at DESC, pk DESC
    ) AS place
    FROM matches
), found AS (
    SELECT sort, pk, publish_at, borne, CASE WHEN place <= %s
        THEN ts_rank(vector, websearch_to_tsquery('{config}', %s), 1) ELSE 0 END AS rank
    FROM placed
)
SELECT counted.count, shown.sort, shown.pk
FROM (SELECT count(*) FROM matches) counted LEFT JOIN (
    SELECT * FROM found ORDER BY borne DESC, rank DESC, publish_at DESC, sort, pk DESC
    LIMIT %s OFFSET %s
) shown ON true
ORDER BY shown.borne DESC, shown.rank DESC, shown.publish_at DESC, shown.sort, shown.pk DESC
"""
