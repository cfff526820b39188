"""
What takes a resource's place may stand in the same table, above or below: a row that names another
one waits until that was taken. So a row goes in whole, with one revision, or stays out.
"""

from collections.abc import Iterable

from . import naming
from .csv_reading import Row

COLUMN = "superseded_by_id"


class Order:
    """Which rows of a table wait for which, and as what each row that others name was stored."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Reads all of `rows`, the whole table, and keeps where those stand that others name."""
        named: set[str] = set()
        places: dict[str, int] = {}
        for row in rows:
            named.add(naming.reference(row.cells.get(COLUMN, "")))
            for cell in (row.cells.get("url", ""), row.page):
                places.setdefault(naming.reference(cell), row.number)
        # The number of the row for each name. '' names nothing.
        self.places = {name: places[name] for name in named & places.keys() if name}
        self.named = set(self.places.values())
        self.over: set[int] = set()
        self.stored: dict[int, int] = {}
        self.waiting: dict[int, list[Row]] = {}

    def ready(self, rows: Iterable[Row]) -> list[Row]:
        """Those of `rows` that need not wait; the others are kept."""
        found = []
        for row in rows:
            place = self.places.get(row.values.get(COLUMN, ""))
            if place in (None, row.number) or place in self.over:
                found.append(row)
            else:
                self.waiting.setdefault(place, []).append(row)
        return found

    def end(self, rows: Iterable[Row]) -> None:
        """Nothing more will become of `rows`: they are stored, or have errors."""
        self.over |= {row.number for row in rows} & self.named

    def freed(self) -> list[Row]:
        """The rows that waited for something that is over. They wait no more."""
        return [
            row for place in sorted(self.waiting.keys() & self.over)
            for row in self.waiting.pop(place)
        ]  # fmt: skip

    def left(self) -> list[Row]:
        """The rows that wait in a circle, each for another. They wait no more."""
        rows = [row for each in self.waiting.values() for row in each]
        self.waiting.clear()
        return sorted(rows, key=lambda row: row.number)

    def note(self, row: Row, key: int) -> None:
        """`row` is the resource with this key."""
        if row.number in self.named:
            self.stored[row.number] = key

    def resolve(self, rows: Iterable[Row]) -> None:
        """Put the keys of resources in place of what `rows` name, or note that there is none."""
        rows = [row for row in rows if COLUMN in row.values]
        names = {row.number: row.values[COLUMN] for row in rows}
        places = {row.number: self.places.get(names[row.number]) for row in rows}
        there = naming.found(
            name for number, name in names.items() if places[number] not in self.stored
        )
        for row in rows:
            name, place = names[row.number], places[row.number]
            key = self.stored.get(place) or there.get(name)
            if place == row.number:
                row.wrong(COLUMN, "it cannot replace itself")
            elif key:
                row.values[COLUMN] = key
            else:
                why = f": row {place} was not imported" if place else ""
                row.wrong(COLUMN, f"there is no resource at “{row.cells[COLUMN]}”{why}")
