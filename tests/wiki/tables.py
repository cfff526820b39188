"""Tables of resources for tests."""

import csv
import io
import itertools

_count = itertools.count(1)
WRONG = [
    {"year": "20x6"},
    {"kind": "poem"},
    {"address": "nowhere"},
    {"topics": "Nothing"},
    {"pages": "many"},
]


class Table:
    """Rows of named cells; each is good unless it is told otherwise. `_` in a name is a blank."""

    def __init__(self, **cells: str) -> None:
        self.rows: list[dict[str, str]] = []
        self.add(**cells)

    def add(self, **cells: str) -> "Table":
        number = next(_count)
        row = {
            "title": f"Row {number}",
            "kind": "report",
            "address": f"https://table.example.org/{number}/",
        }
        self.rows.append(row | {name.replace("_", " "): cell for name, cell in cells.items()})
        return self

    @classmethod
    def of(cls, count: int, bad_every: int) -> "Table":
        """So many rows, each hundredth or so wrong in a column of its own."""
        table = cls.__new__(cls)
        table.rows = []
        kinds = ["report", "article", "tool", "video", "course", "policy", "provider", "example"]
        for number in range(1, count + 1):
            wrong = number % bad_every == 0
            bad = WRONG[number // bad_every % len(WRONG) - 1] if wrong else {}
            table.add(
                **{
                    "kind": "report" if wrong else kinds[number % len(kinds)],
                    "publisher": f"Publisher {number % 90}",
                    "year": str(1990 + number % 35),
                    "summary": f"What row {number} says.\nAnd what follows from it.",
                    "why": "It is short.",
                    "topics": "Equity",
                    "states": "NH; VT" if number % 3 else "",
                    "tags": f"tag {number % 40}; import",
                    "grade bands": "high",
                    **bad,
                }
            )
        return table

    @property
    def content(self):
        return self.written(",", "utf-8")

    def written(self, delimiter: str, encoding: str) -> bytes:
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, names, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(self.rows)
        return file.getvalue().encode(encoding)
