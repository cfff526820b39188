"""What an import did, told so that staff can act on it."""

from collections import Counter
from dataclasses import dataclass, field

KINDS = ("people", "topics", "tags", "series", "files", "posts", "pages", "comments", "others")
OUTCOMES = ("made", "changed", "unchanged", "left alone", "not brought in")


@dataclass(frozen=True)
class Told:
    """One thing to be told: where it stands in the file, what it is called, what it is about."""

    kind: str
    line: int
    title: str
    words: str

    def __str__(self) -> str:
        name = f" “{self.title}”" if self.title else ""
        return f"line {self.line}{name}: {self.words}"


@dataclass
class Report:
    """
    Counts by kind and outcome, and what is to be told of single things.

    `shares` count what the file holds of a kind ('scheduled', 'with a parent'), whatever
    became of it, so that two runs tell the same.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    shares: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[Told] = field(default_factory=list)
    kept: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    skipped: dict[str, list[int]] = field(default_factory=dict)  # reason → count, first line

    def count(self, kind: str, outcome: str, number: int = 1) -> None:
        self.counts[kind, outcome] += number

    def share(self, kind: str, what: str, number: int = 1) -> None:
        self.shares[kind, what] += number

    def refuse(self, kind: str, line: int, title: str, words: str) -> None:
        """A single thing that was not brought in."""
        self.count(kind, "not brought in")
        self.refused.append(Told(kind, line, title, words))

    def skip(self, kind: str, line: int, reason: str) -> None:
        """One of many things of which none is brought in; told once for all."""
        self.count(kind, "not brought in")
        self.skipped.setdefault(reason, [0, line])[0] += 1

    def keep(self, kind: str, line: int, title: str, words: str) -> None:
        """A thing that the import would change, but that belongs to staff by now."""
        self.count(kind, "left alone")
        self.kept.append(Told(kind, line, title, words))

    def note(self, kind: str, line: int, title: str, words: str) -> None:
        self.notes.append(Told(kind, line, title, words))

    def add(self, other: "Report") -> None:
        """Take in what another report counted and told."""
        self.counts += other.counts
        self.shares += other.shares
        self.refused += other.refused
        self.kept += other.kept
        self.notes += other.notes
        for reason, (number, line) in other.skipped.items():
            self.skipped.setdefault(reason, [0, line])[0] += number

    def total(self, kind: str) -> int:
        return sum(self.counts[kind, outcome] for outcome in OUTCOMES)

    def made(self) -> int:
        return sum(number for (_, outcome), number in self.counts.items() if outcome == "made")

    def text(self) -> str:
        """The whole report, in lines for a terminal."""
        lines = [*self._table()]
        if self.skipped or self.refused:
            lines += ["", "Not brought in:"]
            for reason, (number, line) in self.skipped.items():
                lines.append(f"  {number} × {reason} (first in line {line})")
            lines += [f"  {told.kind}, {told}" for told in self.refused]
        if self.kept:
            lines += ["", "Edited here since, and left alone:"]
            lines += [f"  {told.kind}, {told}" for told in self.kept]
        if self.notes:
            lines += ["", "Notes:"]
            lines += [f"  {told.kind}, {told}" for told in self.notes]
        return "\n".join(lines)

    def _table(self) -> list[str]:
        head = ["", "in the file", *OUTCOMES]
        rows = [head]
        for kind in KINDS:
            if self.total(kind):
                numbers = [self.total(kind), *(self.counts[kind, each] for each in OUTCOMES)]
                rows.append([kind, *map(str, numbers)])
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = []
        for row in rows:
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            shares = [
                f"{number} {what}" for (kind, what), number in self.shares.items() if kind == row[0]
            ]
            lines.append("  ".join([*cells, ", ".join(shares)]).rstrip())
        return lines
