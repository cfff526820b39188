"""The memory of an import: rows of ImportedItem, and the digests by which it sees changes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import is_dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from .models import ImportedItem

# Part of every fingerprint: raised when the conversion changes, so that a new run over an old
# file brings the new result, where nobody has edited the old one.
CONVERSION = 1
NOT_OF_THE_CONTENT = frozenset(["guid", "line", "repairs"])


def digest(value: Any) -> str:
    """A digest of anything that JSON can carry."""
    text = json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint(entry: Any, *more: Any) -> str:
    """A digest of what the export says of `entry` (a dataclass), wherever in the file."""
    return digest([CONVERSION, _content(entry), *more])


def _content(value: Any) -> Any:
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, dict):
        return {key: _content(each) for key, each in value.items() if key not in NOT_OF_THE_CONTENT}
    if isinstance(value, list | tuple):
        return [_content(each) for each in value]
    return value


def known(source: str, kind: str, keys: Iterable[str]) -> dict[str, ImportedItem]:
    """The rows that exist of `kind`, by key."""
    rows = ImportedItem.objects.filter(source=source, kind=kind, key__in=list(keys))
    return {row.key: row for row in rows}
