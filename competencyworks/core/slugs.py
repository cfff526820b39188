"""Slugs: made from any title, unique, never the name of a fixed address."""

import re
from collections.abc import Callable

from django.utils.text import slugify

# First segments of the site's own addresses and of WordPress's: no page, post or series
# may take one, else it could never be reached.
RESERVED = frozenset(
    "admin author blog calendar category comments compare draft events feed healthz higher-ed "
    "history k-12 media newsletter page papers past people preview providers recent register "
    "registration resources robots search series sitemap states static subscribe suggest "
    "suggestions tag tags topics wanted watch wiki wp-admin wp-content wp-includes wp-json "
    "wp-login".split()
)

# What stands between two words without a blank, as in 'Grade 6–8', 'and/or', 'time—and place'.
SEPARATORS = re.compile(r"[/\\|\u2010-\u2015\u2026\u2044\u2212\u00b7\u2022]")
MAX_LENGTH = 200  # characters, as the slug columns have


def words_of(text: str) -> str:
    """`text` with hyphens for the signs between words that slugify() would leave out."""
    return SEPARATORS.sub("-", text)


def base_slug(text: str, *, fallback: str) -> str:
    """The slug that `text` gives by itself, whether it is free or not; `fallback` for no words."""
    return slugify(words_of(text), allow_unicode=True)[:MAX_LENGTH].strip("-") or fallback


def free_slug(text: str, taken: Callable, *, fallback: str) -> str:
    """
    A slug for `text` that is neither reserved nor in use.

    `taken` is a queryset's `filter`, already without the item itself; `fallback` names the
    item where the text has no letter or digit. Letters of every script are kept, as
    WordPress keeps them. Returns at most MAX_LENGTH characters.
    """
    base = base_slug(text, fallback=fallback)
    if base not in RESERVED and not taken(slug=base).exists():
        return base
    used = set(taken(slug__startswith=base[: MAX_LENGTH - 8]).values_list("slug", flat=True))
    number = 2
    while (slug := f"{base[: MAX_LENGTH - 8]}-{number}") in used:
        number += 1
    return slug


def reserved_slug_message(slug: str) -> str | None:
    """What to tell staff who chose a reserved slug; None if it is free to take."""
    if slug in RESERVED:
        return f"“{slug}” is an address of the site itself. Choose another slug."
    return None
