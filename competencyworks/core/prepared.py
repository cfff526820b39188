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

Where one act asks or stores several things, each trip to the database costs as much as what it is
made for: asked_together() and stored_together() make one of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from django.db import connection, connections
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    EmailField,
    Expression,
    Field,
    ForeignKey,
    Model,
    PositiveIntegerField,
    QuerySet,
    TextField,
    URLField,
)
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from psycopg2.extensions import AsIs

from .email_addresses import EmailAddressField
from .one_line import LineField

# What fields of these kinds give to the driver as it is.
_KINDS = {
    BooleanField,
    CharField,
    DateTimeField,
    EmailAddressField,  # as LineField
    EmailField,
    ForeignKey,
    LineField,  # pre_save() has cleaned it
    PositiveIntegerField,
    TextField,
    URLField,
}
_PLAIN = {str, int, bool, datetime}
Statement = tuple[str, Sequence[Any]]  # SQL and its parameters
Answers = dict[str, list[dict[str, Any]]]  # rows by the names of the questions


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

    `build` is called once, with stand-ins, and so must not ask what they are. A date or moment that
    it takes from the clock would hold for as long as the process runs, so that is an error: what
    depends on the time takes `at`. The values go to
    the driver as they are: give what a column holds, as a key for a relation. What `__in` looks
    through is a list of whole numbers, not an empty one.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        self.names: tuple[str, ...] = ()  # of the values, once the statement is written
        self._written: tuple | None = None

    def statement(self, **values: Any) -> Statement:
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

    def _write(self, names: Iterable[str]) -> tuple:
        self.names = tuple(names)
        queryset = self.build(**{name: _Slot(name) for name in self.names})
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        if any(isinstance(param, date) for param in params):
            raise ValueError("A statement that is kept holds a moment; pass `at` on instead.")
        return queryset, compiler, sql, params


class Insertion:
    """
    INSERT of new rows of `model`, whose keys the database gives. As in bulk_create(), fields
    prepare and clean what is stored, and no signal is sent.

    With `ignore_conflicts` rows that break a constraint are left out, and no object gets its key.
    With `has_keys` the rows bring their keys, which the sequence of the table gave.
    """

    def __init__(
        self, model: type[Model], *, ignore_conflicts: bool = False, has_keys: bool = False
    ) -> None:
        self.model, self.ignore_conflicts, self.has_keys = model, ignore_conflicts, has_keys

    @cached_property
    def fields(self) -> list:
        return [
            field
            for field in self.model._meta.local_concrete_fields
            if not (field.generated or (field.primary_key and not self.has_keys))
        ]

    @cached_property
    def _parts(self) -> tuple[str, str, str]:
        """What stands before the rows, one row, what stands after them where keys are asked."""
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self.fields)
        table = quote(self.model._meta.db_table)
        # The names are those of our own tables; what is stored travels as parameters.
        start = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608
        row = f"({', '.join(['%s'] * len(self.fields))})"
        return start, row, f" RETURNING {quote(self.model._meta.pk.column)}"

    def statement(self, rows: Sequence[Model]) -> Statement:
        """What stores `rows`, which are not none."""
        start, row, _ = self._parts
        values = [
            _prepared(field, field.pre_save(each, add=True))
            for each in rows
            for field in self.fields
        ]
        end = " ON CONFLICT DO NOTHING" if self.ignore_conflicts else ""
        return f"{start}{', '.join([row] * len(rows))}{end}", values

    def add(self, *rows: Model) -> None:
        """Store `rows` in one query; none for no rows."""
        if not rows:
            return
        gives_keys = not (self.ignore_conflicts or self.has_keys)
        sql, values = self.statement(rows)
        with connection.cursor() as cursor:
            cursor.execute(sql + self._parts[-1] if gives_keys else sql, values)
            keys = cursor.fetchall() if gives_keys else []
        for each, (key,) in zip(rows, keys, strict=False):
            each.pk = key
        self.note_stored(rows)

    def note_stored(self, rows: Sequence[Model]) -> None:
        """Have `rows` know that they are in the database."""
        for each in rows:
            each._state.adding, each._state.db = False, connection.alias


def asked_together(questions: Mapping[str, Statement]) -> Answers:
    """
    The rows that each of several SELECTs finds, by one query. A row has what JSON holds, by the
    names of its columns; a moment is its text in ISO's form.
    """
    # The questions are our own; what is sought travels as parameters.
    parts = [f"(SELECT json_agg(found) FROM ({sql}) AS found)" for sql, _ in questions.values()]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", _parameters(questions.values()))
        found = cursor.fetchone()
    return {name: rows or [] for name, rows in zip(questions, found, strict=True)}


def stored_together(*batches: tuple[Insertion, Sequence[Model]]) -> None:
    """
    Store rows of several kinds, in this order, by one query in the caller's transaction. None of
    them learns a key that the database gave.
    """
    filled = [(insertion, rows) for insertion, rows in batches if rows]
    statements = [insertion.statement(rows) for insertion, rows in filled]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sql for sql, _ in statements), _parameters(statements))
    for insertion, rows in filled:
        insertion.note_stored(rows)


def _adapted(value: Any) -> Any:
    """`value` as the driver wants it; a list stands in parentheses that Django writes."""
    if isinstance(value, list):
        return AsIs(", ".join(str(int(key)) for key in value))
    return value


def _prepared(field: Field, value: Any) -> Any:
    """`value` as the driver wants it; most fields look at it long, and leave it as it is."""
    is_plain = type(value) in _PLAIN and type(field) in _KINDS
    # A moment without a zone is given one by its field.
    if value is None or (is_plain and getattr(value, "tzinfo", True)):
        return value
    return field.get_db_prep_save(value, connection)


def _parameters(statements: Iterable[Statement]) -> list:
    return [each for _, parameters in statements for each in parameters]
