"""How many policies each state has at a moment: for the map and for the table under it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import Count
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from competencyworks.core.models import State
from competencyworks.core.prepared import Prepared

from ..models import PolicySpan, Resource
from .tiles import DRAWING, STATES, Tile, drawn, step_of

FORMS = Resource.PolicyForm
STAGES = Resource.PolicyStage
# A policy whose stage nobody has entered is counted with those in force.
NO_STAGE = STAGES.IN_FORCE
# From how many policies on a tile is darker.
STEPS = (1, 2, 3, 5)


@lru_cache
def _counted(stages: tuple[str, ...]) -> Prepared:
    """What counts by state and form the policies of `stages`; of any, if there are none."""

    def rows(at, moment):
        spans = PolicySpan.objects.at(moment).order_by()
        spans = spans.filter(stage__in=stages) if stages else spans
        return spans.values_list("state_id", "form").annotate(count=Count("pk"))

    return Prepared(rows)


def counted(moment: datetime, stage: str = "") -> list[tuple[int, str, int]]:
    """State, form and number of the policies of `stage` (of any, if empty) at `moment`."""
    stages = (stage, "") if stage == NO_STAGE else (stage,) if stage else ()
    return _counted(stages).rows(moment=moment)


@dataclass
class StatePolicies:
    """One state and how many policies it has, by form."""

    state: State
    forms: Counter[str] = field(default_factory=Counter)

    @cached_property
    def count(self) -> int:
        return self.forms.total()

    @property
    def named_forms(self) -> list[tuple[str, str, int]]:
        """Value, name and number of each form that there is, in the order of the legend."""
        known = [(form.value, form.label) for form in FORMS]
        rows = [*known, ("", "Form not specified")]
        return [(value, name, self.forms[value]) for value, name in rows if self.forms[value]]

    @property
    def words(self) -> str:
        """What the tile says: 'New Hampshire: 2 policies (1 regulation, 1 pilot program)'."""
        if not self.count:
            return f"{self.state.name}: none"
        number = "1 policy" if self.count == 1 else f"{self.count} policies"
        forms = ", ".join(f"{count} {name.lower()}" for _, name, count in self.named_forms)
        return f"{self.state.name}: {number} ({forms})"

    def tile(self, *, by_form: bool = False) -> Tile:
        """The state on the map, colored by the forms of its policies or by their number."""
        look = (
            {"stripes": self._stripes}
            if by_form
            else {"number": str(self.count or ""), "step": step_of(self.count, STEPS)}
        )
        return Tile(self.state, self.state.get_absolute_url(), self.words, **look)

    @property
    def _stripes(self) -> list[tuple[str, float, float]]:
        parts = self.named_forms
        width = 36 / len(parts) if parts else 0
        return [
            (value or "untold", round(2 + place * width, 2), round(width, 2))
            for place, (value, _, _) in enumerate(parts)
        ]


def table_rows(rows: Iterable[StatePolicies]) -> SafeString:
    """
    The body of the table: each state that has policies, how many, and how many of each form.

    By one format for a row: a template's loops over four hundred cells take a third of the page's
    time.
    """
    cells = "<td>{}</td>" * (1 + len(FORMS))
    return format_html_join(
        "\n",
        f'<tr><th scope="row"><a href="{{}}">{{}}</a></th>{cells}</tr>',
        (
            (
                row.state.get_absolute_url(),
                row.state.name,
                str(row.count),
                *(str(row.forms[form] or "") for form in FORMS),
            )
            for row in rows
            if row.count
        ),
    )


class Drawn(NamedTuple):
    """The map and the body of the table as HTML, and how many policies in how many states."""

    tiles: SafeString
    table: SafeString
    total: int
    having: int


def drawn_at(moment: datetime, stage: str = "", *, by_form: bool = False) -> Drawn:
    """The policies of `stage` (of any, if empty) at `moment`. Two queries."""
    states = tuple((state.pk, state.code, state.name, state.slug) for state in STATES.rows())
    return _drawn(states, frozenset(counted(moment, stage)), by_form)


@lru_cache(maxsize=64)
def _drawn(states: tuple[tuple, ...], counts: frozenset, by_form: bool) -> Drawn:
    """
    Kept, as it follows from the numbers alone: to write it takes three times as long as to read
    them, and they seldom change.
    """
    rows = policies_of([State(*values) for values in states], counts)
    tiles = drawn(row.tile(by_form=by_form) for row in rows)
    context = {"tiles": tiles, "drawing": DRAWING, "says": "map-says"}
    return Drawn(
        render_to_string("wiki/tile_map.html", context),
        table_rows(rows),
        sum(row.count for row in rows),
        sum(row.count > 0 for row in rows),
    )


def policies_of(states: Iterable[State], counts: Iterable[tuple]) -> list[StatePolicies]:
    """The `states` with what `counts` (rows of counted()) say of their policies."""
    found = {state.pk: StatePolicies(state) for state in states}
    for key, form, count in counts:
        found[key].forms[form] += count
    return list(found.values())
