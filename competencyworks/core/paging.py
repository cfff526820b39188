"""Pages of lists, without counting them and without reading what is passed over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from .numbers import whole_number
from .prepared import Prepared

# Beyond this an OFFSET is nobody's reading but a robot's (list pages).
LAST_PAGE = 20_000


class NoSuchPage(Http404):
    """
    The list is there, but has no page of the number that the address asks for. `parameter` is the
    part of the query that names the number: without it the address is that of the first page.
    """

    def __init__(self, parameter: str = "page") -> None:
        super().__init__("no such page")
        self.parameter = parameter


@dataclass(frozen=True)
class ListPage:
    """One page of a list: its items and what stands before and after it."""

    items: list[Any]
    number: int
    has_next: bool
    base: str  # query string of the list without its page, as 'q=x&', or ''

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next_url(self) -> str:
        return f"?{self.base}page={self.number + 1}"

    @property
    def previous_url(self) -> str:
        if self.number == 2:
            return f"?{self.base.rstrip('&')}" if self.base else "."
        return f"?{self.base}page={self.number - 1}"


def page_number(request: HttpRequest) -> int:
    """The `page` that the address asks for; raises NoSuchPage for what is none."""
    number = whole_number(request.GET.get("page", "1"), LAST_PAGE)
    if not number:
        raise NoSuchPage
    return number


def page_of(
    request: HttpRequest,
    rows: QuerySet,
    size: int,
    present: Callable[[QuerySet], QuerySet] = lambda rows: rows,
) -> ListPage:
    """
    The page of `rows` (ordered, without joins) that the request asks for, `size` items long.

    `present` adds to the rows what the list shows. One query; one row more than needed tells
    whether a next page exists. Raises NoSuchPage past the end.
    """
    number = page_number(request)
    first = (number - 1) * size
    if first:
        # What is passed over is read as keys alone, which the index has.
        keys = rows.values("pk")[first : first + size + 1]
        some = rows.model._default_manager.filter(pk__in=keys).order_by(*rows.query.order_by)
        found = list(present(some))
    else:
        found = list(present(rows)[: size + 1])
    if not found and number > 1:
        raise NoSuchPage
    return _list_page(request, found, number, size)


class Listing:
    """
    A list whose first page, the one that is read, is a prepared query.

    `rows` makes the list of the moment `at` and of the values that `page()` is given; `size` and
    `present` are those of `page_of`.
    """

    def __init__(
        self,
        rows: Callable[..., QuerySet],
        size: int,
        present: Callable[[QuerySet], QuerySet],
    ) -> None:
        self._rows, self._size, self._present = rows, size, present
        self._first = Prepared(lambda **slots: present(rows(**slots))[: size + 1])

    def page(self, request: HttpRequest, **values: Any) -> ListPage:
        """The page that the request asks for; raises NoSuchPage past the end."""
        if page_number(request) == 1:
            return _list_page(request, self._first.rows(**values), 1, self._size)
        rows = self._rows(at=timezone.now(), **values)
        return page_of(request, rows, self._size, present=self._present)


def _list_page(request: HttpRequest, found: list, number: int, size: int) -> ListPage:
    query = request.GET.copy()
    query.pop("page", None)
    base = query.urlencode()
    return ListPage(
        items=found[:size],
        number=number,
        has_next=len(found) > size,
        base=f"{base}&" if base else "",
    )
