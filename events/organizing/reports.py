"""
Reports of video services on who was there: CSV of many shapes, matched by address.

Column names, encodings and separators differ, lines may stand before the table, and whoever left
and came back has several rows, whose minutes are added up.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from competencyworks.core.email_addresses import stored_form

from ..models import Event, Registration

LARGEST = 5_000_000  # bytes
LETTERS = re.compile(r"[^a-z]")
SEPARATORS = (",", ";", "\t")
CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d))?")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
NOT_THERE = {"no", "n", "false", "0", "nein"}


class BadReport(ValueError):
    """A file that is no such report; the message is for staff."""


@dataclass
class Seen:
    """One address of the report, with its minutes (None: the report has none)."""

    email: str
    name: str = ""
    minutes: float | None = None


@dataclass
class Matches:
    """The report against the registrations of an event."""

    there: list[tuple[Registration, Seen]] = field(default_factory=list)
    too_short: list[tuple[Registration, Seen]] = field(default_factory=list)
    no_seat: list[tuple[Registration, Seen]] = field(default_factory=list)
    unknown: list[Seen] = field(default_factory=list)
    absent: list[Registration] = field(default_factory=list)


def read(content: bytes) -> list[Seen]:
    """Who was there according to the file. Raises BadReport."""
    if len(content) > LARGEST:
        raise BadReport(
            "This file is larger than 5 MB, so it is probably not an attendance report. Choose "
            "another file."
        )
    text = _decoded(content)
    for separator in sorted(SEPARATORS, key=text.count, reverse=True):
        try:
            found = _seen(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error as error:
            raise BadReport(f"This is not a CSV file: {error}.") from error
        if found is not None:
            return list(found.values())
    raise BadReport("This file has no “Email” column. Export the list of attendees as CSV.")


def match(event: Event, seen: list[Seen], least: int) -> Matches:
    """Who of `seen` has a seat at `event`, was there `least` minutes, and who is missing."""
    rows = {}
    for row in event.registrations.exclude(email="").order_by("pk"):
        # After a cancelled registration the same address may have one that counts.
        if row.email not in rows or row.status != Registration.Status.CANCELLED:
            rows[row.email] = row
    found = Matches()
    for each in seen:
        row = rows.pop(each.email, None)
        if row is None:
            found.unknown.append(each)
        elif row.status != Registration.Status.CONFIRMED:
            found.no_seat.append((row, each))
        elif each.minutes is not None and each.minutes < least:
            found.too_short.append((row, each))
        else:
            found.there.append((row, each))
    confirmed = Registration.Status.CONFIRMED
    found.absent = [row for row in rows.values() if row.status == confirmed]
    return found


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadReport("The text of this file cannot be read. Save it as CSV in UTF-8.")


def _seen(table: Iterator[list[str]]) -> dict[str, Seen] | None:
    """By address; None if no row of the table has a column of addresses."""
    columns, found = None, {}
    for row in table:
        if head := _columns(row):
            columns = head
        elif columns:
            _add(found, columns, row)
    return None if columns is None else found


def _columns(row: list[str]) -> dict[str, int] | None:
    """The places of the columns, if `row` is the head of a table with addresses."""
    names = [LETTERS.sub("", cell.lower()) for cell in row]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if "@" in row[place]:
            return None
        if name.endswith(("email", "mail")) or name.startswith(("emailaddress", "useremail")):
            places.setdefault("email", place)
        elif "minutes" in name or "duration" in name:
            places.setdefault("minutes", place)
        elif name in ("attended", "attendance"):
            places.setdefault("attended", place)
        elif "name" in name:
            places.setdefault("name", place)
    return places if "email" in places else None


def _add(found: dict[str, Seen], columns: dict[str, int], row: list[str]) -> None:
    def cell(name: str) -> str:
        place = columns.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    email = stored_form(cell("email"))
    if "@" not in email or cell("attended").lower() in NOT_THERE:
        return
    seen = found.setdefault(email, Seen(email, cell("name")))
    if (minutes := _minutes(cell("minutes"))) is not None:
        seen.minutes = (seen.minutes or 0) + minutes


def _minutes(text: str) -> float | None:
    """'47', '47.5', '1:02:30' (hours first), '47 min'; None for what is none of these."""
    if clock := CLOCK.fullmatch(text):
        first, second, third = (int(part or 0) for part in clock.groups())
        return first * 60 + second + third / 60 if clock[3] else first * 60 + second
    number = NUMBER.match(text)
    return float(number[0].replace(",", ".")) if number else None
