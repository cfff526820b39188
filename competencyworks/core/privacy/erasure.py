"""Taking an address and names out of texts that stay."""

import html
import json
import re
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


@dataclass(frozen=True)
class Erasure:
    """One person's erasure: whose, and how far it goes."""

    email: str
    names: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    words: bool = False  # also what they wrote
    profile: bool = False  # also their public page and their name on what they published

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
        if names and self.name_pattern:
            value = re.sub(self.name_pattern, NAME_REMOVED, value)
        return value

    def scrub(self, rows: models.QuerySet, *fields: str, names: bool = False) -> int:
        """
        Take the address, and with `names` the person's names, out of these fields of the rows,
        past save() and its signals. Returns how many rows held any.
        """
        holding = Q()
        for field in fields:
            holding |= Q(**{f"{field}__iregex": self.address_pattern})
            if names and self.name_pattern:  # 'Will' is no 'will'
                holding |= Q(**{f"{field}__regex": self.name_pattern})
        count = 0
        for row in rows.filter(holding).only("pk", *fields).order_by("pk").select_for_update():
            changed = {}
            for field in fields:
                value = self.cleaned(getattr(row, field), names=names)
                length = row._meta.get_field(field).max_length
                changed[field] = value[:length] if isinstance(value, str) and length else value
            rows.model._base_manager.filter(pk=row.pk).update(**changed)
            count += 1
        return count
