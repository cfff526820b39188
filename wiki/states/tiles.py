"""
Where each state stands on the map: a tile for each, about where it lies.

The arrangement is the usual one of such maps in the press: eleven columns, neighbors mostly beside
each other. The territories have a row of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from competencyworks.core.models import State
from competencyworks.core.prepared import Prepared

STATES = Prepared(lambda at: State.objects.order_by("name"))
COLUMNS, ROWS = 11, 9
SIZE = 40  # units of the drawing; a tile and the space after it
_ROWS = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. ..",
    "AS GU MP .. .. .. .. .. .. PR VI",
)
# Postal code → column and row.
PLACES = {
    code: (column, row)
    for row, codes in enumerate(_ROWS)
    for column, code in enumerate(codes.split())
    if code != ".."
}


@dataclass(frozen=True)
class Tile:
    """
    One state on a map: what it leads to, what it says to who cannot see it, its number ('' for
    none), and how dark it is (0 for nothing, up to 4).

    `stripes` are parts of it in colors of their own: class, start and width, of 36 units.
    """

    state: State
    path: str
    words: str
    number: str = ""
    step: str = "0"
    stripes: Sequence[tuple[str, float, float]] = ()

    @property
    def move(self) -> str:
        """Where its corner lies, as SVG's `transform` has it."""
        return MOVES[self.state.code]


def drawn(tiles: Iterable[Tile]) -> list[Tile]:
    """The tiles row by row, as the tab key goes through them."""
    return sorted(tiles, key=lambda tile: PLACES[tile.state.code][::-1])


def step_of(count: int, steps: Sequence[int]) -> str:
    """How dark a tile with `count` is, where each of `steps` is the least of a darker one."""
    return str(sum(count >= least for least in steps))


def legend(steps: Sequence[int]) -> list[tuple[int, str]]:
    """Each step, and what it stands for."""
    words = [(0, "None")]
    for step, least in enumerate(steps, start=1):
        most = steps[step] - 1 if step < len(steps) else None
        if most is None:
            words.append((step, f"{least:,} and more"))
        else:
            words.append((step, f"{least:,}" if least == most else f"{least:,}–{most:,}"))
    return words


MOVES = {code: f"translate({column * SIZE} {row * SIZE})" for code, (column, row) in PLACES.items()}
DRAWING = f"0 0 {COLUMNS * SIZE} {ROWS * SIZE}"
