"""Taking an address and names out of texts that stay."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.db import models
from django.db.models import Q

ADDRESS_REMOVED = "address-removed"
NAME_REMOVED = "Name removed"
# What may stand on either side of an address: 'b@x.org' is no part of 'ab@x.org' or 'b@x.org.uk',
# but stands alone after a line break that JSON writes as '\n'. Python and PostgreSQL read it alike.
BEFORE = r"(?:(?<![\w.+%-])|(?<=\\[nrt]))"
AFTER = r"(?![\w-]|\.\w)"


def written_forms(text: str) -> set[str]:
    """The text as it may stand in plain text, HTML, addresses and JSON."""
    quoted = {quote(text), quote(text, safe="@")}
    return {
        text,
        html.escape(text),
        html.escape(text, quote=False),
        json.dumps(text)[1:-1],
    } | quoted


def pattern_of(forms: set[str]) -> str:
    """A regular expression for any of the forms, for Python and PostgreSQL, case aside."""
    return f"{BEFORE}({'|'.join(re.escape(form) for form in sorted(forms))}){AFTER}"


def naming(email: str, *fields: str) -> Q:
    """Rows in one of whose fields the address stands, in whatever way it is written there."""
    pattern, found = pattern_of(written_forms(email)), Q()
    for field in fields:
        # PostgreSQL looks for plain words thirty times as fast as for the pattern.
        found |= _holding([email], [field]) & Q(**{f"{field}__iregex": pattern})
    return found


def _holding(texts: Iterable[str], fields: Iterable[str]) -> Q:
    found = Q()
    for form in sorted({form.lower() for text in texts for form in written_forms(text)}):
        for field in fields:
            found |= Q(**{f"{field}__icontains": form})
    return found


@dataclass(frozen=True)
class Erasure:
    """One person's erasure: whose, and how far it goes."""

    email: str
    names: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    words: bool = False  # also what they wrote
    profile: bool = False  # also their public page and their name on what they published
    account: bool = False  # also their account: nobody signs in with it, its name goes

    @cached_property
    def address_pattern(self) -> str:
        return pattern_of(written_forms(self.email))

    @cached_property
    def name_pattern(self) -> str | None:
        forms = set().union(*(written_forms(name) for name in self.names))
        return pattern_of(forms) if forms else None

    def cleaned(self, value: Any, *, names: bool = False) -> Any:
        """The value (text, or lists and dicts of it) without the address, and names if asked."""
        if isinstance(value, dict):
            items = value.items()
            return {key: self.cleaned(each, names=names) for key, each in items}
        if isinstance(value, list):
            return [self.cleaned(each, names=names) for each in value]
        if not isinstance(value, str):
            return value
        value = re.sub(self.address_pattern, ADDRESS_REMOVED, value, flags=re.IGNORECASE)
        if names and self.name_pattern:  # case counts: 'Will' is no 'will'
            value = re.sub(self.name_pattern, NAME_REMOVED, value)
        return value

    def scrub(self, rows: models.QuerySet, *fields: str, names: bool = False) -> int:
        """
        Take the address, and with `names` the person's names, out of these fields of the rows,
        past save() and its signals. Returns how many rows held any.
        """
        texts = [self.email, *(self.names if names else ())]
        count = 0
        found = rows.filter(_holding(texts, fields)).only("pk", *fields).order_by("pk")
        for row in found.select_for_update():
            changed = {}
            for field in fields:
                before = getattr(row, field)
                value = self.cleaned(before, names=names)
                if value != before:
                    length = row._meta.get_field(field).max_length
                    changed[field] = value[:length] if isinstance(value, str) and length else value
            if changed:
                rows.model._base_manager.filter(pk=row.pk).update(**changed)
                count += 1
        return count
