"""A file as rows: its encoding, its delimiter, its head, and the cells of each row."""

import csv
import io
import re
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


# How files begin that spreadsheets save unless they are told otherwise.
WORKBOOKS = {
    b"PK\x03\x04": "an Excel or OpenDocument workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
}
SAVE_AS_CSV = (
    "Open it in your spreadsheet program, select “Save As” (in Google Sheets, “Download”), "
    "select the type “CSV UTF-8 (Comma delimited)”, and import that file."
)
# The line by which Excel is told the delimiter of a file.
SEPARATOR = re.compile(r'"?sep=([,;\t])"?;*\r?\n?', re.IGNORECASE)
OPEN_QUOTE = (
    "a quotation mark is opened but not closed, so the rest of the file would be one cell. Close "
    "it. Inside a cell, type a quotation mark twice."
)


def rows_of(file: IO[bytes]) -> Iterator[Row]:
    """The rows of `file` that hold anything. Raises NotATable; `file` stays open."""
    start = file.read(4)
    file.seek(0)
    if start == b"%PDF":
        raise NotATable(
            "This file is a PDF, not CSV. Export the table as CSV from the program it was made in."
        )
    if kind := WORKBOOKS.get(start):
        raise NotATable(f"This file is {kind}, not CSV. {SAVE_AS_CSV}")
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        line, number = text.readline(LONGEST_CELL), 1
        separator = SEPARATOR.fullmatch(line)
        if separator:
            line, number = text.readline(LONGEST_CELL), 2
        attributes, delimiter = _head(line, separator and separator[1])
        yield from _rows(_Lines(text), delimiter, attributes, number)
    except UnicodeDecodeError as error:
        raise NotATable(
            "The file is not in UTF-8. Save it as “CSV UTF-8”, and try again."
        ) from error
    finally:
        text.detach()


class _Lines:
    """The lines of a file, and those of the row that is being read."""

    def __init__(self, text: IO[str]) -> None:
        self.text = text
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.row.append(line)
            yield line


def _head(line: str, separator: str | None = None) -> tuple[list[str], str]:
    """The attribute of each column ('' for what is passed over), and the delimiter."""
    if not line.strip():
        raise NotATable("The file is empty: its first row must name the columns.")
    if line.count('"') % 2:
        raise NotATable(f"In the first row {OPEN_QUOTE}")
    delimiters = (separator,) if separator else DELIMITERS
    readings = {mark: next(csv.reader([line], delimiter=mark)) for mark in delimiters}
    known = {
        mark: sum(_folded(name) in BY_NAME for name in names) for mark, names in readings.items()
    }
    delimiter = max(delimiters, key=lambda mark: known[mark])
    names = [_folded(name) for name in readings[delimiter]]
    while names and not names[-1]:
        names.pop()
    if unknown := [name for name in names if name not in BY_NAME]:
        raise NotATable(
            f"There is no column “{unknown[0]}”. The columns are: "
            f"{', '.join(column.name for column in COLUMNS)}."
        )
    if twice := {name for name in names if names.count(name) > 1}:
        raise NotATable(f"The column “{min(twice)}” appears twice.")
    if "title" not in names and "address" not in names:
        raise NotATable("There must be a column “title” or “address”.")
    return [BY_NAME[name].attribute for name in names], delimiter


def _folded(name: str) -> str:
    return " ".join(as_typed(name).replace("_", " ").casefold().split())


def _rows(lines: _Lines, delimiter: str, attributes: list[str], number: int) -> Iterator[Row]:
    """The rows below the head, which is row `number`."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        number += 1
        lines.row.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            said = OPEN_QUOTE if _is_open(lines.row, delimiter) else "a cell is too long."
            raise NotATable(f"In row {number} {said}") from error
        if '"' in "".join(lines.row) and _is_open(lines.row, delimiter):
            raise NotATable(f"In row {number} {OPEN_QUOTE}")
        if row := _row(number, cells, attributes):
            yield row


def _is_open(lines: list[str], delimiter: str) -> bool:
    """Whether a quotation mark that is opened in the row is not closed in it."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error) or "field larger" in str(error)
    return False


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
            row.wrong(attribute, "it contains a character that cannot be stored")
    return row
