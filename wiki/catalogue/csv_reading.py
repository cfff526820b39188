"""A file as rows: its encoding, its delimiter, its head, and the cells of each row."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from competencyworks.core.csv_tables import as_typed

from ..models import Resource
from .columns import BY_ATTRIBUTE, BY_NAME, COLUMNS

DELIMITERS = (",", ";", "\t")
LONGEST_CELL = 200_000  # characters
# Which PostgreSQL cannot hold.
_NUL = "\0"


class NotATable(ValueError):
    """The file is no table of resources; the message says why."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell, or with one row."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return f"{where}: {self.message}"


@dataclass
class Row:
    """One row: the cells that are not empty, by attribute, and what was read of them."""

    number: int  # as spreadsheets count: the head is row 1
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    key: str = ""
    page: str = ""  # where it is shown, as the site that exported it says

    @property
    def name(self) -> tuple[str, str]:
        """By what it is known without an address."""
        return self.values["title"], self.values.get("publisher", "")

    def wrong(self, attribute: str, message: str) -> None:
        column = BY_ATTRIBUTE.get(attribute) or BY_ATTRIBUTE.get(f"{attribute}_id")
        self.problems.append(Problem(self.number, column.name if column else "", message))

    def differs_from(self, item: Resource) -> bool:
        """Whether `item` holds something else than this row gives."""
        return any(
            _compared(name, value) != _compared(name, held(item, name))
            for name, value in self.values.items()
        )


def held(item: Resource, attribute: str) -> Any:
    """What `item` holds, as a column reads it."""
    match attribute:
        case "topics" | "states":
            return sorted(row.pk for row in getattr(item, attribute).all())
        case "tags":
            return [tag.name for tag in item.tags.all()]
    value = getattr(item, attribute)
    return value.strip() if isinstance(value, str) else value


def _compared(attribute: str, value: Any) -> Any:
    """`value` as it is compared: the order of a list does not count, nor the case of tags."""
    if not isinstance(value, list):
        return value
    return {each.casefold() for each in value} if attribute == "tags" else set(value)


def rows_of(file: IO[bytes]) -> Iterator[Row]:
    """The rows of `file` that hold anything. Raises NotATable; `file` stays open."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        attributes, delimiter = _head(text.readline(LONGEST_CELL))
        yield from _rows(csv.reader(text, delimiter=delimiter), attributes)
    except UnicodeDecodeError as error:
        raise NotATable(
            "The file is not in UTF-8. Save it as “CSV UTF-8” and try again."
        ) from error
    finally:
        text.detach()


def _head(line: str) -> tuple[list[str], str]:
    """The attribute of each column ('' for what is passed over), and the delimiter."""
    if not line.strip():
        raise NotATable("The file is empty: its first row must name the columns.")
    readings = {mark: next(csv.reader([line], delimiter=mark)) for mark in DELIMITERS}
    known = {
        mark: sum(_folded(name) in BY_NAME for name in names) for mark, names in readings.items()
    }
    delimiter = max(DELIMITERS, key=lambda mark: known[mark])
    names = [_folded(name) for name in readings[delimiter]]
    while names and not names[-1]:
        names.pop()
    if unknown := [name for name in names if name not in BY_NAME]:
        raise NotATable(
            f"There is no column “{unknown[0]}”. The columns are: "
            f"{', '.join(column.name for column in COLUMNS)}."
        )
    if twice := {name for name in names if names.count(name) > 1}:
        raise NotATable(f"The column “{min(twice)}” stands there twice.")
    if "title" not in names and "address" not in names:
        raise NotATable("There must be a column “title” or “address”.")
    return [BY_NAME[name].attribute for name in names], delimiter


def _folded(name: str) -> str:
    return " ".join(as_typed(name).replace("_", " ").casefold().split())


def _rows(reader, attributes: list[str]) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise NotATable(
                f"Row {number} cannot be read: a cell is too long, perhaps because a quotation "
                "mark is not closed."
            ) from error
        if row := _row(number, cells, attributes):
            yield row


def _row(number: int, cells: list[str], attributes: list[str]) -> Row | None:
    typed = [as_typed(cell).strip() for cell in cells]
    if not any(typed):
        return None
    named = zip(attributes, typed, strict=False)
    cells = {attribute: cell for attribute, cell in named if attribute and cell}
    row = Row(number, cells, page=cells.pop("path", ""))
    if any(typed[len(attributes) :]):
        row.problems.append(Problem(number, "", "it has more cells than there are columns"))
    for attribute, cell in row.cells.items():
        if _NUL in cell:
            row.wrong(attribute, "it holds a character that cannot be stored")
    return row
