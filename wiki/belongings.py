"""
What belongs to each wiki page or resource of a query, as a column of objects.

In SQL of our own, as that of the blog, and for the same reason: the ORM takes longer to write such
a subquery than PostgreSQL to answer it. Nothing in it comes from outside; `{kind}` is the name of
a model whose table is that of the query around it.
"""

from django.db.models import JSONField
from django.db.models.expressions import RawSQL

# As deep as anybody can have meant it; a ring of pages, which nothing allows, would end too.
ABOVE = """
(WITH RECURSIVE chain (id, parent_id, height) AS (
  SELECT up.id, up.parent_id, 1 FROM wiki_wikipage up WHERE up.id = wiki_wikipage.parent_id
  UNION ALL
  SELECT up.id, up.parent_id, chain.height + 1
  FROM wiki_wikipage up JOIN chain ON up.id = chain.parent_id WHERE chain.height < 50
) SELECT coalesce(jsonb_agg(chain.id ORDER BY chain.height), '[]') FROM chain)
"""
TERMS = "jsonb_build_object('name', term.name, 'slug', term.slug)"


def topics(kind: str) -> RawSQL:
    return _list(
        TERMS,
        f"wiki_{kind}_topics bond JOIN core_topic term ON term.id = bond.topic_id "
        f"WHERE bond.{kind}_id = wiki_{kind}.id",
        order="term.name",
    )


def states(kind: str) -> RawSQL:
    return _list(
        TERMS,
        f"wiki_{kind}_states bond JOIN core_state term ON term.id = bond.state_id "
        f"WHERE bond.{kind}_id = wiki_{kind}.id",
        order="term.name",
    )


def tags(kind: str) -> RawSQL:
    return _list(
        TERMS,
        "taggit_taggeditem bond JOIN taggit_tag term ON term.id = bond.tag_id "
        f"WHERE bond.object_id = wiki_{kind}.id AND bond.content_type_id = {_type(kind)}",
        order="term.name",
    )


def above() -> RawSQL:
    """Keys of the pages over a wiki page, the nearest one first; public or not."""
    return RawSQL(ABOVE, (), JSONField())  # noqa: S611 - all of it is written in this file


def _type(kind: str) -> str:
    return (
        "(SELECT id FROM django_content_type "  # noqa: S608 - written in this file
        f"WHERE app_label = 'wiki' AND model = '{kind}')"
    )


def _list(what: str, rows: str, order: str) -> RawSQL:
    sql = f"(SELECT coalesce(jsonb_agg({what} ORDER BY {order}), '[]') FROM {rows})"  # noqa: S608
    return RawSQL(sql, (), JSONField())  # noqa: S611 - all of it is written in this file
