"""
Two people changed one content: both changes in one, where they touched different parts.

Three-way merge by fields; of rich texts by pieces (see blocks), of rows and sets by what they hold.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from ..prose.cleaning import clean_html
from .blocks import pieces


class Conflict(NamedTuple):
    """
    What both changed in different ways: the whole values, and of a rich text the stretches of
    `mine` and `theirs` that collide.
    """

    base: Any
    mine: Any
    theirs: Any
    stretches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Merged:
    """
    The merged `content`, in which `mine` stands wherever `conflicts` (by field) names something;
    `theirs` are the fields to which the other's changes were taken over.
    """

    content: dict[str, Any]
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    theirs: tuple[str, ...] = ()


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """
    Merge the contents `mine` and `theirs` of revisions that both began from `base`.

    All three as they are stored (see applying.as_stored). A field that `base` does not know is
    one that both have set.
    """
    content: dict[str, Any] = {}
    conflicts: dict[str, Conflict] = {}
    taken: list[str] = []
    for name in {**theirs, **mine}:
        if name not in mine or name not in theirs:
            content[name] = mine[name] if name in mine else theirs[name]
            continue
        values = (base.get(name), mine[name], theirs[name])
        content[name], conflict = _field(name, name in base, *values)
        if conflict:
            conflicts[name] = conflict
        if content[name] != mine[name]:
            taken.append(name)
    return Merged(content, conflicts, tuple(taken))


def _field(name: str, known: bool, base: Any, mine: Any, theirs: Any) -> tuple[Any, Any]:
    if mine == theirs or (known and theirs == base):
        return mine, None
    if known and mine == base:
        return theirs, None
    values = (base, mine, theirs)
    if all(isinstance(value, list) for value in values):
        return _rows(*values) if name.startswith("ordered_") else (_set(*values), None)
    if all(map(_is_rich, values)):
        return _text(*values)
    return mine, Conflict(*values)


def _is_rich(value: Any) -> bool:
    """Whether `value` may be a rich text: these begin with a block, as the editor writes them."""
    return isinstance(value, str) and value.lstrip()[:1] in ("", "<")


# --- sets: topics, tags, grades -----------------------------------------------------------------


def _set(base: list, mine: list, theirs: list) -> list:
    """Without what one took away, with what one added."""
    kept = [value for value in mine if value in theirs or value not in base]
    kept += [value for value in theirs if value not in mine and value not in base]
    in_order = all(rows == sorted(rows) for rows in (mine, theirs))
    return sorted(kept) if in_order else kept


# --- rows: authors, links of a digest -----------------------------------------------------------


def _rows(base: list, mine: list, theirs: list) -> tuple[list, Conflict | None]:
    whole = Conflict(base, mine, theirs)
    merged: list = []
    for part in _merged(base, mine, theirs, _row_key):
        if isinstance(part, list):
            merged += part
        elif part.base:
            return mine, whole
        else:  # both added something in the same place
            merged += [*part.mine, *(row for row in part.theirs if row not in part.mine)]
    merged = _once(merged, mine, theirs)
    most = Counter(map(_subject, mine)) | Counter(map(_subject, theirs))
    if Counter(map(_subject, merged)) - most:
        return mine, whole  # the same person or resource in two ways
    return merged, None


def _once(merged: list, mine: list, theirs: list) -> list:
    """`merged` with each row as often as one of the two has it."""
    left = Counter(map(_row_key, mine)) | Counter(map(_row_key, theirs))
    kept = []
    for row in merged:
        if left[_row_key(row)] > 0:
            left[_row_key(row)] -= 1
            kept.append(row)
    return kept


def _row_key(row: Any) -> str:
    return json.dumps(row, sort_keys=True)


def _subject(row: Any) -> Any:
    """What a row is about: its first key, or, of rows that have none, the row itself."""
    return row[0] if isinstance(row, list) else _row_key(row)


# --- rich texts ---------------------------------------------------------------------------------


def _text(base: str, mine: str, theirs: str) -> tuple[str, Conflict | None]:
    """The merged text; where both changed the same piece, it holds mine."""
    written: list[str] = []
    stretches: list[tuple[str, str]] = []
    for part in _merged(pieces(base), pieces(mine), pieces(theirs), _piece_key):
        if isinstance(part, list):
            written += part
        else:
            written += part.mine
            stretches.append(("".join(part.mine), "".join(part.theirs)))
    text = "".join(written)
    if str(clean_html(text)) != text:
        # One changed what stands around that which the other changed within.
        return mine, Conflict(base, mine, theirs, ((mine, theirs),))
    if stretches:
        return text, Conflict(base, mine, theirs, tuple(stretches))
    return text, None


def _piece_key(piece: str) -> str:
    """White space does not count: the editor sets it anew at each save."""
    return piece.strip() if piece.startswith("<pre") else " ".join(piece.split())


# --- three sequences ----------------------------------------------------------------------------


class _Hunk(NamedTuple):
    """The part of the base from `start` to `end` became `values`."""

    start: int
    end: int
    values: list
    is_mine: bool


class _Collision(NamedTuple):
    base: list
    mine: list
    theirs: list


def _merged(
    base: Sequence, mine: Sequence, theirs: Sequence, key: Callable
) -> Iterator[list | _Collision]:
    """The parts of the merged sequence, in their order; collisions where both changed the same."""
    hunks = sorted([*_hunks(base, mine, key, True), *_hunks(base, theirs, key, False)], key=_place)
    position = 0
    while hunks:
        group = [hunks.pop(0)]
        start, end = group[0].start, group[0].end
        while hunks and (hunks[0].start < end or hunks[0].end == start == end):
            group.append(hunks.pop(0))
            end = max(end, group[-1].end)
        yield list(base[position:start])
        position = end
        yield _settled(base, start, end, group, key)
    yield list(base[position:])


def _place(hunk: _Hunk) -> tuple[int, int]:
    return hunk.start, hunk.end


def _hunks(base: Sequence, other: Sequence, key: Callable, is_mine: bool) -> Iterator[_Hunk]:
    matcher = SequenceMatcher(None, list(map(key, base)), list(map(key, other)), autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what != "equal":
            yield _Hunk(i1, i2, list(other[j1:j2]), is_mine)


def _settled(
    base: Sequence, start: int, end: int, group: list[_Hunk], key: Callable
) -> list | _Collision:
    """What a stretch of the base becomes by the hunks that touch it."""
    sides = []
    for is_mine in (True, False):
        own = [hunk for hunk in group if hunk.is_mine == is_mine]
        if not own:
            continue
        values, position = [], start
        for hunk in own:
            values += [*base[position : hunk.start], *hunk.values]
            position = hunk.end
        sides.append([*values, *base[position:end]])
    if len(sides) == 1 or list(map(key, sides[0])) == list(map(key, sides[1])):
        return sides[0]
    return _Collision(list(base[start:end]), *sides)
