"""The parts of a series, numbered by what is published."""

from dataclasses import dataclass

from competencyworks.core.prepared import Prepared

from .models import Post, Series, series_order

_UNITS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def ordinal(number: int) -> str:
    """
    `number` (1 and up) as an ordinal word: 'fifth', 'twenty-first'; '100th' from a hundred on.
    """
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        word = _TENS[tens - 2]
        return f"{word}-{_UNITS[unit]}" if unit else f"{word[:-1]}ieth"
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


@dataclass(frozen=True)
class Part:
    """One published part of a series."""

    pk: int
    title: str
    path: str
    number: int
    is_this: bool = False

    @property
    def ordinal(self) -> str:
        return ordinal(self.number)


@dataclass(frozen=True)
class Place:
    """Where one post stands in its series."""

    series: Series
    parts: list[Part]
    number: int

    @property
    def ordinal(self) -> str:
        return ordinal(self.number)

    @property
    def count(self) -> int:
        return len(self.parts)

    @property
    def previous(self) -> Part | None:
        return self.parts[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> Part | None:
        return self.parts[self.number] if self.number < len(self.parts) else None


PARTS = Prepared(
    lambda at, series: (
        Post.objects.published(at)
        .filter(series__in=series)
        .order_by(*series_order())
        .values_list("series_id", "pk", "title", "path")
    )
)


def parts_of(series_ids: list[int], this: int | None = None) -> dict[int, list[Part]]:
    """The published parts of each of the series, numbered from 1, in one query."""
    found: dict[int, list[Part]] = {key: [] for key in series_ids}
    if not found:
        return found
    for series_id, pk, title, path in PARTS.rows(series=list(found)):
        parts = found[series_id]
        parts.append(Part(pk, title, path, len(parts) + 1, is_this=pk == this))
    return found


def place_of(post: Post) -> Place | None:
    """Where `post` stands in its series; None without one, or while that is not public."""
    if not post.series_id or not post.series.is_public:
        return None
    parts = parts_of([post.series_id], this=post.pk)[post.series_id]
    number = next((part.number for part in parts if part.is_this), None)
    # A preview of a draft has no number: it is not one of the published parts.
    return Place(post.series, parts, number) if number else None
