"""
'Mentioned in': which published items, and people and channels, lead to an item.

A link leads where a reader would come by it: to the item that has its path now and is public; to
the one that had it, if no other has it now; and `[[Title]]` to the page of that title, or that
had it, if no other has it now. A kind that titles lead to has a column `title_key`, and rows
`former_titles` with `key`.

Most items are mentioned nowhere. So an item's own query brings the column `is_linked` (see
linked()), and where that is false nothing more is asked.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import BooleanField, CharField
from django.db.models.expressions import RawSQL
from django.utils.text import capfirst

from ..addresses import normalize
from ..prepared import Prepared
from .kinds import with_pages

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Mention:
    """A published item that leads to another; `kind` is its model's name, as 'blog.post'."""

    kind: str
    pk: int
    title: str
    path: str
    publish_at: datetime | None  # people and channels have none
    dates: dict[str, str | None] | None

    @property
    def kind_name(self) -> str:
        """What readers call its kind, as 'Wiki page'."""
        return capfirst(apps.get_model(self.kind)._meta.verbose_name)

    @property
    def when(self) -> str:
        """The date that counts for its kind, as HTML; '' for what has none."""
        return apps.get_model(self.kind).date_line(self.dates) if self.dates else ""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The first of the items that mention another, and how many do."""

    rows: list[Mention]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


NOWHERE = Mentions([], 0)


def mentions(item: models.Model) -> list[Mention]:
    """All that lead to `item` in public, newest first, then what has no date. One query."""
    return _asked(item, None).rows


def mentioned_in(item: models.Model) -> Mentions:
    """
    The first of what leads to `item` in public. One query; none where the item came with
    `is_linked`, and that is false.
    """
    if item.pk is None or getattr(item, "is_linked", None) is False:
        return NOWHERE
    return _asked(item, SHOWN)


# --- Whether anything leads to an item ----------------------------------------------------


_BY_PATH = """\
EXISTS (
  SELECT 1 FROM core_link link WHERE link.path <> '' AND link.path = rtrim({path}, '/')
) OR EXISTS (
  SELECT 1 FROM core_oldaddress old
  JOIN core_link link ON link.path = old.path AND link.path <> ''
  WHERE old.object_id = {table}.id AND old.content_type_id = {kind}
)"""
_BY_ANY_TITLE = """ OR EXISTS (
  SELECT 1 FROM core_link link WHERE link.title <> '' AND link.title = {table}.title_key
) OR EXISTS (
  SELECT 1 FROM {former[0]} former
  JOIN core_link link ON link.title = former.key AND link.title <> ''
  WHERE former.{former[1]} = {table}.id
)"""


def linked(model: type[models.Model]) -> RawSQL:
    """
    The column `is_linked` of a query over `model`: whether any link, of drafts too, leads to the
    address, the old addresses or the titles of the row. Nothing in it comes from outside.
    """
    options = model._meta.concrete_model._meta
    former = _former_titles(model)
    sql = (_BY_PATH + (_BY_ANY_TITLE if former else "")).format(
        table=options.db_table,
        path=model.path_sql.format(table=options.db_table),
        kind=ContentType.objects.get_for_model(model).pk,
        former=former,
    )
    return RawSQL(f"({sql})", (), BooleanField())  # noqa: S611


def _former_titles(model: type[models.Model]) -> tuple[str, str] | None:
    """Table and foreign key of the rows of former titles; None for kinds without."""
    relation = getattr(model, "former_titles", None)
    if relation is None:
        return None
    return relation.rel.related_model._meta.db_table, relation.field.column


# --- Which ones ---------------------------------------------------------------------------

_NAMED = """\
WITH named AS MATERIALIZED (
  SELECT %s AS path
  UNION
  SELECT old.path FROM core_oldaddress old
  WHERE old.content_type_id = %s AND old.object_id = %s AND NOT EXISTS ({taken})
), """
_TITLED = """\
titled AS MATERIALIZED (
  SELECT %s AS title
  UNION
  SELECT former.key FROM {table} former WHERE former.{item} = %s AND NOT EXISTS ({taken})
), """
_CITING = """\
citing AS MATERIALIZED (
  SELECT kind.app_label || '.' || kind.model AS kind, link.source_id
  FROM (
    SELECT source_type_id, source_id FROM core_link
    WHERE path <> '' AND path IN (SELECT path FROM named)
    {or_by_title}
  ) link JOIN django_content_type kind ON kind.id = link.source_type_id
  WHERE (link.source_type_id, link.source_id) <> (%s, %s)
)
SELECT kind, pk, title, path, publish_at, dates, count(*) OVER ()
FROM ({published}) found (kind, pk, title, path, publish_at, dates)
ORDER BY publish_at DESC NULLS LAST, kind, CASE WHEN publish_at IS NULL THEN title END, pk DESC
LIMIT %s
"""
_BY_TITLE = """\
    UNION
    SELECT source_type_id, source_id FROM core_link
    WHERE title <> '' AND title IN (SELECT title FROM titled)
"""
_LINKS = "\nSELECT id FROM core_link WHERE path <> '' AND path IN (SELECT path FROM named)"
_LINKS_BY_TITLE = """
UNION SELECT id FROM core_link WHERE title <> '' AND title IN (SELECT title FROM titled)"""


def _published_citing(at) -> models.QuerySet:
    """The public items among the rows of `citing`."""
    parts = []
    for model in with_pages():
        label = model._meta.label_lower
        # The label is of our own code.
        keys = RawSQL(f"SELECT source_id FROM citing WHERE kind = '{label}'", ())  # noqa: S608, S611
        parts.append(model.objects.published(at).filter(pk__in=keys).as_mentions(label))
    return parts[0].union(*parts[1:], all=True)


def _published_at_old_path(at) -> models.QuerySet:
    """The public items whose address is that of the row `old`."""
    parts = [
        model.objects.published(at).at_path("old.path").order_by().values_list("pk")
        for model in with_pages()
    ]
    return parts[0].union(*parts[1:], all=True)


PUBLISHED_CITING = Prepared(_published_citing)
TAKEN_PATH = Prepared(_published_at_old_path)


@cache
def _taken_title(model: type[models.Model]) -> Prepared:
    """The public items of `model` whose title is that of the row `former`."""
    key = RawSQL("former.key", (), CharField())
    return Prepared(
        lambda at: model.objects.published(at).filter(title_key=key).order_by().values_list("pk")
    )


def links_to(item: models.Model) -> list[int]:
    """The keys of all links that lead to `item`, those of drafts too. One query."""
    sql, values, has_titles = _names_of(item)
    sql = sql.removesuffix(", ") + _LINKS + (_LINKS_BY_TITLE if has_titles else "")
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [key for (key,) in cursor.fetchall()]


def _names_of(item: models.Model) -> tuple[str, list, bool]:
    """
    The beginning of a statement that says by which paths and titles readers come to `item`, its
    values, and whether there are titles.
    """
    kind = ContentType.objects.get_for_model(item).pk
    taken, taken_values = TAKEN_PATH.statement()
    sql = _NAMED.format(taken=taken)
    values = [normalize(item.get_absolute_url()), kind, item.pk, *taken_values]
    former = _former_titles(type(item))
    if former is not None:
        taken, taken_values = _taken_title(item._meta.concrete_model).statement()
        sql += _TITLED.format(table=former[0], item=former[1], taken=taken)
        values += [item.title_key, item.pk, *taken_values]
    return sql, values, former is not None


def _asked(item: models.Model, most: int | None) -> Mentions:
    sql, values, has_titles = _names_of(item)
    published, published_values = PUBLISHED_CITING.statement()
    sql += _CITING.format(published=published, or_by_title=_BY_TITLE if has_titles else "")
    kind = ContentType.objects.get_for_model(item).pk
    values += [kind, item.pk, *published_values, most]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    found = [Mention(*row[:5], dates=row[5] and json.loads(row[5])) for row in rows]
    return Mentions(found, rows[0][6] if rows else 0)
