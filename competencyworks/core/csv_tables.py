"""
Tables as CSV for other programs, in pieces, so that fifty thousand rows need no more memory than
fifty.

What people type may begin like a formula, which a spreadsheet would run: it gets an apostrophe
before it, as spreadsheets take it. `as_typed` takes it off again.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

BATCH = 1000  # lines that are in memory together
# As OWASP lists them (owasp.org/www-community/attacks/CSV_Injection), the full-width signs that
# spreadsheets of East Asia take for the others with them.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"
BOM = "\ufeff"  # by which Excel knows UTF-8


class _Passing:
    """A file whose write() hands back what it was given: the writer returns it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """`head` and `rows` as CSV, every value made harmless."""
    writer = csv.writer(_Passing())
    lines = [BOM + writer.writerow([harmless(value) for value in head])]
    for row in rows:
        lines.append(writer.writerow([harmless(value) for value in row]))
        if len(lines) >= BATCH:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def harmless(value: Any) -> Any:
    """`value` as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, str) and value.lstrip(MARK).startswith(FORMULA):
        return MARK + value
    return value


def as_typed(cell: str) -> str:
    """The text of which harmless() made `cell`."""
    if cell.startswith(MARK) and cell.lstrip(MARK).startswith(FORMULA):
        return cell[1:]
    return cell
