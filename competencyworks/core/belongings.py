"""
What belongs to each item of a query (topics, states, tags, people), as a column of objects.

In SQL of our own: at every page the ORM takes half a millisecond and more to write one such
subquery, which PostgreSQL answers in a tenth of that (`python -m benchmarks`). Nothing in it comes
from outside; `table` is that of the query around it, as 'blog_post'.
"""

from django.db.models import JSONField
from django.db.models.expressions import RawSQL


def objects(columns: dict[str, str], rows: str, order: str) -> RawSQL:
    """`rows` (what follows FROM) as objects: their names and the SQL of their values."""
    pairs = ", ".join(f"'{name}', {column}" for name, column in columns.items())
    listed = f"coalesce(jsonb_agg(jsonb_build_object({pairs}) ORDER BY {order}), '[]')"
    sql = f"(SELECT {listed} FROM {rows})"  # noqa: S608 - all of it is written in our own files
    return RawSQL(sql, (), JSONField())  # noqa: S611


def topics(table: str) -> RawSQL:
    """With their keys, as other items on them are looked for."""
    _, kind = table.split("_", 1)
    return _terms(
        f"{table}_topics bond JOIN core_topic term ON term.id = bond.topic_id "
        f"WHERE bond.{kind}_id = {table}.id AND term.retired_at IS NULL",
        key="term.id",
    )


def states(table: str) -> RawSQL:
    _, kind = table.split("_", 1)
    return _terms(
        f"{table}_states bond JOIN core_state term ON term.id = bond.state_id "
        f"WHERE bond.{kind}_id = {table}.id"
    )


def tags(table: str) -> RawSQL:
    app, kind = table.split("_", 1)
    return _terms(
        "taggit_taggeditem bond JOIN taggit_tag term ON term.id = bond.tag_id "
        "JOIN django_content_type kind ON kind.id = bond.content_type_id "
        f"WHERE bond.object_id = {table}.id "
        f"AND kind.app_label = '{app}' AND kind.model = '{kind}'"
    )


def _terms(rows: str, **more: str) -> RawSQL:
    """The rows `term` that `rows` joins, as objects with name and slug, by name."""
    return objects({"name": "term.name", "slug": "term.slug", **more}, rows, order="term.name")
