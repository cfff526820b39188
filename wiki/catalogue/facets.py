"""
How many of the resources that fit the present filters have each further choice.

Counted are the newest COUNTED that fit: what a page costs then does not grow with the catalogue.
Where more fit, each number says 'at least'.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from competencyworks.core.models import Topic
from competencyworks.core.prepared import Prepared

from ..models import Resource
from .filters import CHOICES, Filters, fitting

COUNTED = 300
MOST = {"publisher": 30, "tag": 40}  # that are offered to choose from
SELECTED = mark_safe(" selected")


@dataclass(frozen=True)
class Option:
    """One choice: its value in the address, its name, how many have it, whether it is made."""

    value: str
    name: str
    count: int
    is_chosen: bool = False
    depth: int = 0
    is_least: bool = False  # there may be more than `count`

    @property
    def count_text(self) -> str:
        return f"{self.count}+" if self.is_least else str(self.count)


@dataclass
class Facets:
    """What the list can be narrowed to, by field, and how many it holds."""

    total: int
    options: dict[str, list[Option]]

    @property
    def is_least(self) -> bool:
        return self.total > COUNTED

    @property
    def total_text(self) -> str:
        number = f"{COUNTED}+" if self.is_least else f"{self.total:,}"
        return f"{number} resource{'' if self.total == 1 else 's'}"


# Each part: what the choice is called in the address, its name, and how many have it. `OFFSET 0`
# keeps PostgreSQL to looking up what each of the few has, where it would read whole tables.
#
# PostgreSQL takes looking up a row for four times as dear as reading on, as it was on disks that
# turn; left alone it reads through the catalogue to find the thousand resources of a topic. The
# setting holds for the one transaction that statements sent together make.
_COUNTS = """\
SET LOCAL random_page_cost = 1;
WITH RECURSIVE found (id, kind, grades, audience, publisher) AS MATERIALIZED ({found}),
fit AS (SELECT * FROM found LIMIT {counted}),
up (topic, above) AS (
  SELECT id, id FROM core_topic
  UNION
  SELECT up.topic, topic.parent_id FROM up JOIN core_topic topic ON topic.id = up.above
  WHERE topic.parent_id IS NOT NULL
)
SELECT 'total', '', '', count(*) FROM found
UNION ALL SELECT 'kind', kind, '', count(*) FROM fit GROUP BY 2
UNION ALL SELECT 'grade', grade, '', count(*) FROM fit, unnest(grades) grade GROUP BY 2
UNION ALL SELECT 'audience', one, '', count(*) FROM fit, unnest(audience) one GROUP BY 2
UNION ALL (
  SELECT 'publisher', publisher, publisher, count(*) FROM fit WHERE publisher <> ''
  GROUP BY 2 ORDER BY 4 DESC, 2 LIMIT {publishers}
)
UNION ALL SELECT 'topic', up.above::text, '', count(DISTINCT fit.id)
  FROM fit, LATERAL (
    SELECT topic_id FROM wiki_resource_topics WHERE resource_id = fit.id OFFSET 0
  ) bond JOIN up ON up.topic = bond.topic_id GROUP BY 2
UNION ALL SELECT 'state', state.slug, state.name, counted.count FROM (
  SELECT state_id, count(*) FROM fit, LATERAL (
    SELECT state_id FROM wiki_resource_states WHERE resource_id = fit.id OFFSET 0
  ) bond GROUP BY 1
) counted JOIN core_state state ON state.id = counted.state_id
UNION ALL SELECT 'tag', tag.slug, tag.name, counted.count FROM (
  SELECT tag_id, count(*) FROM fit, LATERAL (
    SELECT tag_id FROM taggit_taggeditem
    WHERE object_id = fit.id AND content_type_id = %s OFFSET 0
  ) bond GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {tags}
) counted JOIN taggit_tag tag ON tag.id = counted.tag_id
"""


@lru_cache(maxsize=512)
def _found(names: tuple[str, ...]) -> Prepared:
    columns = ("pk", "kind", "grades", "audience", "publisher")
    return Prepared(
        lambda at, **values: fitting(at, **values).newest().values_list(*columns)[: COUNTED + 1]
    )


def facets_of(filters: Filters) -> Facets:
    """The choices beside those of `filters`. One query."""
    counts = _counts(filters.values)
    total = counts["total"].get("", ("", 0))[1]
    is_least = total > COUNTED
    options = {name: list(_fixed(name, filters, counts[name], is_least)) for name in CHOICES}
    options["topic"] = list(_topics(filters, counts["topic"], is_least))
    for name in ("state", "tag", "publisher"):
        options[name] = _seen(name, filters, counts[name], is_least)
    return Facets(total, options)


def _counts(values: dict[str, Any]) -> dict[str, dict[str, tuple[str, int]]]:
    """By field and value of the choice: its name and how many have it."""
    found, params = _found(tuple(values)).statement(**values)
    sql = _COUNTS.format(
        found=found, counted=COUNTED, publishers=MOST["publisher"], tags=MOST["tag"]
    )
    kind = ContentType.objects.get_for_model(Resource).pk
    counts: dict[str, dict[str, tuple[str, int]]] = {
        name: {} for name in ("total", *CHOICES, "topic", "state", "tag", "publisher")
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, kind])
        for name, value, label, count in cursor.fetchall():
            counts[name][value] = (label, count)
    return counts


def _fixed(name: str, filters: Filters, counts, is_least: bool) -> Iterator[Option]:
    """The options of a field that has always the same ones, in their order."""
    for value, label in CHOICES[name].choices:
        _, count = counts.get(value, ("", 0))
        is_chosen = filters.given.get(name) == value
        if count or is_chosen or is_least:
            yield Option(value, str(label), count, is_chosen, is_least=is_least)


def _topics(filters: Filters, counts, is_least: bool) -> Iterator[Option]:
    """The topics as a tree, each before those below it."""
    below: dict[int | None, list[Topic]] = {}
    for topic in filters.tree:
        below.setdefault(topic.parent_id, []).append(topic)

    def walk(parent: int | None, depth: int) -> Iterator[Option]:
        for topic in below.get(parent, []):
            _, count = counts.get(str(topic.pk), ("", 0))
            is_chosen = filters.given.get("topic") == topic.slug
            if count or is_chosen or is_least:
                yield Option(topic.slug, topic.name, count, is_chosen, depth, is_least)
            yield from walk(topic.pk, depth + 1)

    return walk(None, 0)


def _seen(name: str, filters: Filters, counts, is_least: bool) -> list[Option]:
    """The options that the counted resources have, by name; the chosen one is always there."""
    chosen = filters.given.get(name)
    rows = {
        value: Option(value, label, count, value == chosen, is_least=is_least)
        for value, (label, count) in counts.items()
    }
    if chosen and chosen not in rows:
        rows[chosen] = Option(chosen, filters.words[name], 0, True, is_least=is_least)
    return sorted(rows.values(), key=lambda option: option.name.casefold())


def as_html(options: Iterable[Option]) -> SafeString:
    """
    `options` as a <select> has them.

    By one format: a template's loops over more than a hundred of them take a third of the page's
    time.
    """
    return format_html_join(
        "",
        '<option value="{}"{}>{}{}{}</option>',
        (
            (
                option.value,
                SELECTED if option.is_chosen else "",
                "– " * option.depth,
                option.name,
                f" ({option.count_text})" if option.count else "",
            )
            for option in options
        ),
    )
