"""Slugs of the old site as slugs of ours: kept wherever they can be."""

from collections.abc import Callable, Iterable
from urllib.parse import unquote

from django.db import models
from django.utils.text import slugify

from competencyworks.core.slugs import MAX_LENGTH, RESERVED, free_slug


def decoded(slug: str) -> str:
    """
    A slug as WordPress stores it, percent-encoded, in the letters that it stands for.

    What cannot be in an address of ours (dots, emoji) is left out. May be ''.
    """
    return slugify(unquote(slug), allow_unicode=True)[:MAX_LENGTH].strip("-")


def allot(wanted: Iterable[str], rows: models.QuerySet, reserved: bool = True) -> list[str]:
    """
    Free slugs for several new items of one kind, each as wanted if nobody has it.

    `rows` are those that may not have the same; `reserved` says whether the site's own
    names are forbidden, too. `wanted` holds no ''.
    """
    wanted = list(wanted)
    taken = set(rows.filter(slug__in=wanted).values_list("slug", flat=True))
    given: list[str] = []
    for slug in wanted:
        if slug in taken or (reserved and slug in RESERVED):
            slug = _next(slug, rows.filter, taken)
        taken.add(slug)
        given.append(slug)
    return given


def _next(slug: str, find: Callable, taken: set[str]) -> str:
    free = free_slug(slug, find, fallback="item")
    base, number = slug[: MAX_LENGTH - 8], 2
    while free in taken:
        free = f"{base}-{number}"
        number += 1
        if find(slug=free).exists():
            taken.add(free)
    return free
