"""
The registrations of an event as a table, for other programs. Rows come from a cursor of the
server and go out as they come, so that fifty thousand need no more memory than fifty.

What people type may begin like a formula, which a spreadsheet would run: in CSV it is made harmless
(core.csv_tables), in XLSX it is written as text.
"""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

import xlsxwriter

from competencyworks.core.csv_tables import csv_lines

from ..models import Event, Question
from ..stored_answers import reported

BATCH = 1000  # rows that are in memory together
LONGEST_CELL = 32_767  # characters, in XLSX
COLUMNS = {
    "Name": "name",
    "Email": "email",
    "Organization": "organization",
    "Role": "role",
    "Status": "status",
    "Seats": "seats",
    "Guests": "companions",
    "Attends": "online",
    "Attended": "attended",
    "Walk-in": "is_walk_in",
    "Invitation": "invitation__code",
    "Registered": "created_at",
    "Confirmed": "confirmed_at",
    "Canceled": "cancelled_at",
}


def heads(event: Event) -> list[str]:
    """The names of the columns; hours are those of the event's zone, which they say."""
    own = [f"{head} ({event.zone})" if name.endswith("_at") else head for head, name in _columns()]
    return own + [question.heading for question in _questions(event)]


def rows(event: Event) -> Iterator[list[Any]]:
    """A row for each registration: texts, numbers, and local hours without a zone."""
    keys = [str(question.pk) for question in _questions(event)]
    names = [name for _, name in _columns()]
    found = event.registrations.order_by("pk").values_list(*names, "answers")
    for *values, answers in found.iterator(chunk_size=BATCH):
        said = [_value(event, name, value) for name, value in zip(names, values, strict=True)]
        yield said + [in_words(answers.get(key)) for key in keys]


def as_csv(event: Event) -> Iterator[str]:
    """The table as CSV, in pieces."""
    return csv_lines(heads(event), rows(event))


def as_xlsx(event: Event) -> IO[bytes]:
    """The table as a workbook, in a temporary file that goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    bold, moment = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    sheet = book.add_worksheet("Registrations")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(COLUMNS), 20)
    for column, head in enumerate(heads(event)):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows(event), 1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, value, moment)
            elif isinstance(value, int):
                sheet.write_number(number, column, value)
            elif value:
                sheet.write_string(number, column, value[:LONGEST_CELL])
    book.close()
    file.seek(0)
    return file


def _columns() -> list[tuple[str, str]]:
    return list(COLUMNS.items())


def _questions(event: Event) -> list[Question]:
    return list(reported(event.questions.filter(asked=Question.Asked.REGISTRATION)))


def _value(event: Event, name: str, value: Any) -> Any:
    if name == "online":
        online = (
            value
            if event.attendance == Event.Attendance.BOTH
            else (event.attendance == Event.Attendance.ONLINE)
        )
        return "online" if online else "in person"
    if isinstance(value, datetime):
        return value.astimezone(event.tz).replace(tzinfo=None, microsecond=0)
    return in_words(value)


def in_words(value: Any) -> Any:
    """An answer, or the value of a column, as text or number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value)
    return value
