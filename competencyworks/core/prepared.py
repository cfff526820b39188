"""
Queries that Django writes once in a process, and then runs with other values.

To write the SQL of a page's query takes Django longer than PostgreSQL needs to answer it, and
the SQL is the same at each request. Nothing of an answer is kept.

A query is built as any other, from `published()` too, with slots where values come later:

    BY_SLUG = Prepared(lambda: Post.objects.published(NOW).filter(slug=Slot("slug")))
    BY_SLUG.rows(slug="some-slug")
"""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import CharField, DateTimeField, Expression, Field, QuerySet
from django.utils import timezone


class Slot(Expression):
    """
    Stands in a query for a value of its running.

    The value goes to the driver as it is: give what the column holds, as a key for a relation.
    """

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field or CharField())
        self.name = name

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        return "%s", [self]


NOW = Slot("now", DateTimeField())  # filled by Prepared itself


class Prepared:
    """The query that `build` returns, which is called once, when the first rows are asked for."""

    def __init__(self, build: Callable[[], QuerySet]) -> None:
        self._build = build

    def rows(self, **values: Any) -> list:
        """What the query finds, with `values` in its slots."""
        compiler, sql, params = self._written
        values["now"] = timezone.now()
        filled = tuple(values[param.name] if isinstance(param, Slot) else param for param in params)
        rows = self._queryset.all()
        ready = copy(compiler)
        ready.connection = connections[rows.db]
        ready.as_sql = lambda *args, **kwargs: (sql, filled)
        rows.query.get_compiler = lambda *args, **kwargs: ready
        return list(rows)

    @cached_property
    def _queryset(self) -> QuerySet:
        return self._build()

    @cached_property
    def _written(self) -> tuple:
        compiler = self._queryset.query.get_compiler(self._queryset.db)
        sql, params = compiler.as_sql()
        return compiler, sql, params
