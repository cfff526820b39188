"""How registrations grew, as the points of a plot that a template draws."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from ..models import Event

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 12, 28
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Growth:
    """
    Days on which somebody registered with their number and the sum so far; and the drawing: a
    line as an SVG path, the same closed to an area, marks of both axes as (place, words).
    """

    days: list[tuple[date, int, int]]
    line: str
    area: str
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM

    @property
    def total(self) -> int:
        return self.days[-1][2]


def growth(event: Event) -> Growth | None:
    """The registrations of `event` by day, cancelled ones too; None where there are none."""
    days = TruncDate("created_at", tzinfo=event.tz)
    rows = event.registrations.order_by().annotate(day=days).values_list("day")
    counts = list(rows.annotate(number=Count("pk")).order_by("day"))
    if not counts:
        return None
    found, total = [], 0
    for day, number in counts:
        total += number
        found.append((day, number, total))
    return _drawn(found)


def _drawn(days: list[tuple[date, int, int]]) -> Growth:
    # From the eve of the first registration, so that the line starts at nothing.
    first, last = days[0][0] - timedelta(days=1), days[-1][0]
    most = scale(days[-1][2])[-1]

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / (last - first).days, 1)

    def y(number: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * number / most, 1)

    line, before = f"M{x(first)} {y(0)}", first
    for day, number, total in days:
        if (day - before).days > 1:  # nobody registered in between
            line += f"L{x(day - timedelta(days=1))} {y(total - number)}"
        line += f"L{x(day)} {y(total)}"
        before = day
    return Growth(
        days=days,
        line=line,
        area=f"{line}L{x(last)} {y(0)}Z",
        across=[(x(day), f"{day:%b} {day.day}") for day in _marks(first, last)],
        up=[(y(number), f"{number:,}") for number in scale(days[-1][2])],
    )


def scale(most: int) -> list[int]:
    """Round numbers from 0 to `most` or a little more, at most six."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * 5 >= most:
                size = step * power
                return [size * number for number in range(-(-most // size) + 1)]
        power *= 10


def _marks(first: date, last: date) -> list[date]:
    """Up to seven days from `first` to `last`, evenly spread."""
    span = (last - first).days
    count = min(span, 6)
    return [first + timedelta(days=round(span * number / count)) for number in range(count + 1)]
