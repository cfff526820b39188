"""The rows of an inline, as a form sends them."""

import re

from django.http import QueryDict


def as_new_rows(data: QueryDict, prefix: str, key: str) -> None:
    """
    Rewrite in `data` (of a form) the rows with this `prefix`: all become new ones, as their keys
    (the field `key`) need not be stored any more; what is ticked to be deleted goes.
    """
    field = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,9}})-(.+)")
    rows: dict[int, dict[str, list[str]]] = {}
    for name in list(data):
        if found := field.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = data.getlist(name)
            del data[name]
    kept = [row for _, row in sorted(rows.items()) if not any(row.get("DELETE", []))]
    for number, row in enumerate(kept):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", [""] if name == key else values)
    if f"{prefix}-TOTAL_FORMS" in data:
        data[f"{prefix}-TOTAL_FORMS"] = str(len(kept))
        data[f"{prefix}-INITIAL_FORMS"] = "0"
