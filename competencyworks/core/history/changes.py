"""Two contents of revisions compared field by field, in words that people read."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..prose.richtext import RichTextField
from ..publishing import Publishable
from .applying import label_of
from .differences import difference, text_difference

NAMED_BY = ("title", "name", "original_name", "alt")
HIDDEN = "something that is not public"
GONE = "something that no longer exists"
NONE = "none"


@dataclass(frozen=True)
class Change:
    """One field that differs: its name in `revision_fields`, label, and both values in `html`."""

    name: str
    label: str
    html: SafeString
    is_text: bool = False


def changes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    model: type[models.Model],
    *,
    without: Collection[str] = (),
    public: bool = False,
) -> list[Change]:
    """
    What differs between the contents `old` and `new` of revisions of `model`, in the order of its
    `revision_fields`, but `without` those named so.

    `public` hides the names of what readers may not see. At most one query, for the names of what
    keys stand for.
    """
    names = [
        name
        for name in model.revision_fields
        if name not in without and name in new and old.get(name) != new[name]
    ]
    said = _Names(model, names, (old, new), public)
    found = []
    for name in names:
        field = _field(model, name)
        before, after = old.get(name), new[name]
        if isinstance(field, RichTextField):
            html, is_text = difference(before or "", after or ""), True
        elif _is_plain_text(field):
            html, is_text = text_difference(before or "", after or ""), False
        elif isinstance(before or after, list):
            html, is_text = _lists(said.each(name, before), said.each(name, after)), False
        else:
            html, is_text = _values(said.of(name, before), said.of(name, after)), False
        found.append(Change(name, label_of(model, name), html, is_text))
    return found


def _field(model: type[models.Model], name: str) -> models.Field | None:
    """The column or relation of that name; None for tags and for readers of rows."""
    if name == "tags" or callable(getattr(model, name, None)):
        return None
    return model._meta.get_field(name)


def _is_plain_text(field: models.Field | None) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def _values(before: str, after: str) -> SafeString:
    return format_html(
        '<del><span class="visually-hidden">removed: </span>{}</del> '
        '<ins><span class="visually-hidden">added: </span>{}</ins>',
        before,
        after,
    )


def _lists(before: list[str], after: list[str]) -> SafeString:
    """The lines of both lists, in the order of the new one, marked."""
    if sorted(before) == sorted(after):
        lines = format_html_join("", "<li>{}</li>", ((line,) for line in after))
        return format_html("<p>New order:</p><ol>{}</ol>", lines)
    lines = [("ins" if line not in before else "", line) for line in after]
    lines += [("del", line) for line in before if line not in after]
    words = {"ins": "added: ", "del": "removed: "}
    rows = (
        format_html(
            '<li><{0}><span class="visually-hidden">{1}</span>{2}</{0}></li>',
            mark,
            words[mark],
            line,
        )
        if mark
        else format_html("<li>{}</li>", line)
        for mark, line in lines
    )
    return format_html("<ul>{}</ul>", format_html_join("", "{}", ((row,) for row in rows)))


class _Names:
    """What the values of some fields are called."""

    def __init__(
        self,
        model: type[models.Model],
        names: list[str],
        contents: tuple[Mapping[str, Any], ...],
        public: bool,
    ) -> None:
        self.model = model
        self.targets = {name: target for name in names if (target := _target(model, name))}
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for name, target in self.targets.items():
            for content in contents:
                value = content.get(name)
                rows = value if isinstance(value, list) else [value]
                wanted[target] |= {_key(row) for row in rows if row is not None}
        self.known = _looked_up(wanted, public)
        self.unknown = HIDDEN if public else GONE

    def of(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return NONE
        if name in self.targets:
            return self._named(name, value)
        field = _field(self.model, name)
        if field is not None:
            value = field.to_python(value)
            if field.choices:
                return str(dict(field.flatchoices).get(value, value))
        return _said(value)

    def each(self, name: str, values: list | None) -> list[str]:
        if name in self.targets:
            return [self._named(name, value) for value in values or []]
        if say := getattr(self.model, "value_words", {}).get(name):
            return [say(value) for value in values or []]
        field = _field(self.model, name)
        labels = {}
        if isinstance(field, ArrayField) and field.base_field.choices:
            labels = dict(field.base_field.flatchoices)
        return [_said(labels.get(value, value)) if _flat(value) else _row(value)
                for value in values or []]  # fmt: skip

    def _named(self, name: str, value: Any) -> str:
        known = self.known.get((self.targets[name], _key(value)), self.unknown)
        more = [str(part) for part in value[1:] if part] if isinstance(value, list) else []
        return ", ".join([known, *more])


def _flat(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _row(value: Any) -> str:
    parts = value.values() if isinstance(value, dict) else value
    return " · ".join(str(part) for part in parts if part)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "hour"):
        return date_format(timezone.localtime(value), "F j, Y, g:i a T")
    if hasattr(value, "year"):
        return date_format(value, "F j, Y")
    return str(value)


def _key(row: Any) -> int:
    return row[0] if isinstance(row, list) else row


def _target(model: type[models.Model], name: str) -> type[models.Model] | None:
    """Of which kind the keys in the field `name` are; None if it holds none."""
    if named := getattr(model, "row_targets", {}).get(name):
        return apps.get_model(named)
    field = _field(model, name)
    return field.related_model if field is not None and field.remote_field else None


def _looked_up(
    wanted: Mapping[type[models.Model], set[int]], public: bool
) -> dict[tuple[type[models.Model], int], str]:
    """Names by kind and key; of what is not public, if `public`, there are none."""
    kinds = [kind for kind, keys in wanted.items() if keys]
    queries = []
    for number, kind in enumerate(kinds):
        rows = kind._base_manager.order_by()
        if public and issubclass(kind, Publishable):
            rows = kind.objects.published().order_by()
        rows = rows.filter(pk__in=wanted[kind]).values_list(
            Value(number), "pk", Cast(_name_of(kind), CharField())
        )
        queries.append(rows)
    if not queries:
        return {}
    first, *others = queries
    rows = first.union(*others, all=True) if others else first
    return {(kinds[number], key): name.strip() or f"number {key}" for number, key, name in rows}


def _name_of(kind: type[models.Model]):
    if kind is get_user_model():
        return Concat("first_name", Value(" "), "last_name")
    columns = {field.name for field in kind._meta.concrete_fields}
    return F(next((name for name in NAMED_BY if name in columns), "pk"))
