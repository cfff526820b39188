"""
Statements that are written once in a process, and then run with other values.

To write the SQL of a page's query takes Django longer than PostgreSQL needs to answer it, and
the SQL is the same at each request. Nothing of an answer is kept.

A query is built as any other, from `published()` too, out of the moment and of named values:

    BY_SLUG = Prepared(lambda at, slug: Post.objects.published(at).filter(slug=slug))
    BY_SLUG.rows(slug="some-slug")

What many requests store one by one is inserted likewise:

    ATTEMPTS = Insertion(Attempt)
    ATTEMPTS.add(Attempt(action="comment", who=who))
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import connection, connections
from django.db.models import CharField, DateTimeField, Expression, Model, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from psycopg2.extensions import AsIs


class _Slot(Expression):
    """Stands in a query for a value of its running; among its parameters for itself."""

    def __init__(self, name: str) -> None:
        super().__init__(DateTimeField() if name == "at" else CharField())
        self.name = name

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        return "%s", [self]


class Prepared:
    """
    The query that `build` makes of the moment `at` and of the values named in `rows()`.

    `build` is called once, with stand-ins, and so must not ask what they are. The values go to
    the driver as they are: give what a column holds, as a key for a relation. What `__in` looks
    through is a list of whole numbers, not an empty one.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        self._written: tuple | None = None

    def statement(self, **values: Any) -> tuple[str, tuple]:
        """The SQL and its parameters for now, to be part of a larger statement."""
        values["at"] = timezone.now()
        # Two threads may both write it, to the same end.
        self._written = self._written or self._write(values)
        _, _, sql, params = self._written
        filled = (
            _adapted(values[param.name]) if isinstance(param, _Slot) else param for param in params
        )
        return sql, tuple(filled)

    def rows(self, **values: Any) -> list:
        """What the query finds now, with `values`; always under the same names."""
        statement = self.statement(**values)
        queryset, compiler, _, _ = self._written
        found = queryset.all()
        ready = copy(compiler)
        ready.connection = connections[found.db]
        ready.as_sql = lambda *args, **kwargs: statement
        found.query.get_compiler = lambda *args, **kwargs: ready
        return list(found)

    def first(self, **values: Any) -> Any | None:
        """The first of the rows; None without one."""
        return next(iter(self.rows(**values)), None)

    def get_or_404(self, **values: Any) -> Any:
        """The first of the rows; raises Http404 without one."""
        found = self.first(**values)
        if found is None:
            raise Http404(f"nothing is found for {', '.join(values)}")
        return found

    def _write(self, names) -> tuple:
        queryset = self.build(**{name: _Slot(name) for name in names})
        compiler = queryset.query.get_compiler(queryset.db)
        return queryset, compiler, *compiler.as_sql()


class Insertion:
    """
    INSERT of new rows of `model`, whose keys the database gives. As in bulk_create(), fields
    prepare and clean what is stored, and no signal is sent.

    With `ignore_conflicts` rows that break a constraint are left out, and no object gets its key.
    """

    def __init__(self, model: type[Model], *, ignore_conflicts: bool = False) -> None:
        self.model, self.ignore_conflicts = model, ignore_conflicts

    @cached_property
    def fields(self) -> list:
        return [
            field
            for field in self.model._meta.local_concrete_fields
            if not (field.primary_key or field.generated)
        ]

    @cached_property
    def _parts(self) -> tuple[str, str, str]:
        """What stands before the rows, one row, what stands after them."""
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self.fields)
        table = quote(self.model._meta.db_table)
        # The names are those of our own tables; what is stored travels as parameters.
        start = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608
        row = f"({', '.join(['%s'] * len(self.fields))})"
        if self.ignore_conflicts:
            return start, row, " ON CONFLICT DO NOTHING"
        return start, row, f" RETURNING {quote(self.model._meta.pk.column)}"

    def add(self, *rows: Model) -> None:
        """Store `rows` in one query; none for no rows."""
        if not rows:
            return
        start, row, end = self._parts
        values = [
            field.get_db_prep_save(field.pre_save(each, add=True), connection)
            for each in rows
            for field in self.fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(start + ", ".join([row] * len(rows)) + end, values)
            keys = [] if self.ignore_conflicts else cursor.fetchall()
        for each, (key,) in zip(rows, keys, strict=False):
            each.pk = key
        for each in rows:
            each._state.adding, each._state.db = False, connection.alias


def _adapted(value: Any) -> Any:
    """`value` as the driver wants it; a list stands in parentheses that Django writes."""
    if isinstance(value, list):
        return AsIs(", ".join(str(int(key)) for key in value))
    return value
