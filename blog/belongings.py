"""
What belongs to each post or paper of a query (authors, topics, states, tags), as a column of
objects.

In SQL of our own: at every page the ORM takes half a millisecond and more to write one such
subquery, which PostgreSQL answers in a tenth of that (`python -m benchmarks`). Nothing in it comes
from outside; `blog_post`, or the table of another `kind`, is that of the query around it.
"""

from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from competencyworks.core.models import Person
from competencyworks.core.prepared import Prepared


def byline(*names: str, kind: str = "post", **columns: str) -> RawSQL:
    """The authors, in their order, as objects with the named columns of core.Person."""
    columns = {name: name for name in names} | columns
    return _objects(
        {name: f"person.{column}" for name, column in columns.items()},
        f"blog_{kind}author author JOIN core_person person ON person.id = author.person_id "
        f"WHERE author.{kind}_id = blog_{kind}.id",
        order="author.position, author.id",
    )


def hosts(kind: str) -> Prepared:
    """Name and address of the authors of the `item` (key) who have one, in their order."""
    bond = f"{kind}_authors"
    return Prepared(
        lambda at, item: (
            Person.objects.filter(**{f"{bond}__{kind}": item})
            .exclude(email="")
            .order_by(f"{bond}__position")
            .values_list("name", "email")
        )
    )


def _objects(columns: dict[str, str], rows: str, order: str) -> RawSQL:
    pairs = ", ".join(f"'{name}', {column}" for name, column in columns.items())
    listed = f"coalesce(jsonb_agg(jsonb_build_object({pairs}) ORDER BY {order}), '[]')"
    sql = f"(SELECT {listed} FROM {rows})"  # noqa: S608 - all of it is written in this file
    return RawSQL(sql, (), JSONField())  # noqa: S611


def _terms(rows: str) -> RawSQL:
    """The rows `term` that `rows` joins, as objects with name and slug, by name."""
    return _objects({"name": "term.name", "slug": "term.slug"}, rows, order="term.name")


def topics(kind: str) -> RawSQL:
    return _terms(
        f"blog_{kind}_topics bond JOIN core_topic term ON term.id = bond.topic_id "
        f"WHERE bond.{kind}_id = blog_{kind}.id"
    )


def states(kind: str) -> RawSQL:
    return _terms(
        f"blog_{kind}_states bond JOIN core_state term ON term.id = bond.state_id "
        f"WHERE bond.{kind}_id = blog_{kind}.id"
    )


def tags(kind: str) -> RawSQL:
    return _terms(
        "taggit_taggeditem bond JOIN taggit_tag term ON term.id = bond.tag_id "
        "JOIN django_content_type kind ON kind.id = bond.content_type_id "
        f"WHERE bond.object_id = blog_{kind}.id "
        f"AND kind.app_label = 'blog' AND kind.model = '{kind}'"
    )


TOPICS, STATES, TAGS = topics("post"), states("post"), tags("post")
