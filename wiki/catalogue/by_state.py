"""The catalogue on a map: how many of the resources that fit each state has."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count

from competencyworks.core.models import State
from competencyworks.core.prepared import Prepared

from ..states.tiles import STATES, Tile, drawn, legend, step_of
from .filters import Filters, fitting

SHADES = 4


@dataclass
class StateMap:
    """Tiles in the order of the map; the states that have some by name; how many name no state."""

    tiles: list[Tile]
    having: list[Tile]
    stateless: int
    steps: list[tuple[int, str]]


@lru_cache(maxsize=512)
def _counted(names: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda at, **values: (
            fitting(at, **values).order_by().values_list("states").annotate(count=Count("pk"))
        )
    )


def map_of(filters: Filters) -> StateMap:
    """All states with what `filters` leave of each. Each leads to its list. Two queries."""
    counts = dict(_counted(tuple(filters.values)).rows(**filters.values))
    stateless = counts.pop(None, 0)
    steps = shades(max(counts.values(), default=0))
    tiles = [_tile(state, counts.get(state.pk, 0), steps, filters) for state in STATES.rows()]
    having = [tile for tile in tiles if tile.number]
    return StateMap(drawn(tiles), having, stateless, legend(steps))


def _tile(state: State, count: int, steps: Sequence[int], filters: Filters) -> Tile:
    number = "1 resource" if count == 1 else f"{count or 'no'} resources"
    return Tile(
        state,
        filters.address(state=state.slug, view=""),
        f"{state.name}: {number}",
        number=str(count or ""),
        step=step_of(count, steps),
    )


def shades(most: int) -> list[int]:
    """
    From how many on a tile is darker: SHADES whole numbers from 1 on, each as many times the one
    before, up to about a half of `most`. A few states have most of what there is; even steps
    would leave the others all pale.
    """
    found = [1]
    ratio = (most / 2) ** (1 / (SHADES - 1)) if most > 2 else 1
    for power in range(1, SHADES):
        found.append(max(found[-1] + 1, _plain(ratio**power)))
    return found


def _plain(number: float) -> int:
    """The number near to it that is read at a glance: one digit and noughts, or 15, 25."""
    if number < 10:
        return round(number)
    size = 10 ** math.floor(math.log10(number))
    return round(number / size * 2) * size // 2
