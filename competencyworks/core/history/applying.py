"""Putting the content of a revision on an item."""

import json
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from ..models import Topic
from ..taxonomy.tag_names import names_now

# Who sees an item, and when, is decided by publishing it and not by what it once held.
OF_PUBLICATION = ("status", "publish_at", "unpublish_at")


class CannotApply(ValueError):
    """Why a content does not fit an item; the message is for staff."""


def as_stored(content: Mapping[str, Any]) -> dict[str, Any]:
    """`content` with the values that it has once it was stored as JSON."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


@transaction.atomic
def apply(
    item: models.Model, content: Mapping[str, Any], *, only: Collection[str] | None = None
) -> list[str]:
    """
    Give `item` what `content` (of a revision) holds, relations too, and save it.

    `only` names the fields to take; left out, it is all but those of publication. Returns a
    sentence for staff on each thing that could not be brought back, because it no longer exists or
    belongs to another item by now; the item keeps what it has in its place. Raises CannotApply
    where the item cannot be saved so. Lock the item before, and record() it afterwards.
    """
    names = [
        name
        for name in item.revision_fields
        if name in content and (name not in OF_PUBLICATION if only is None else name in only)
    ]
    left_out: list[str] = []
    columns, relations, rows = _sorted(type(item), names)
    before = {column.attname: getattr(item, column.attname) for column in columns}
    for column in columns:
        _set_column(item, column, content[column.name], left_out)
    _keep_what_does_not_fit(item, columns, before, left_out)
    item.save()
    for relation in relations:
        _set_relation(item, relation, content[relation.name], left_out)
    if "tags" in names:
        names_of_tags, retired = names_now(content["tags"])
        item.tags.set(names_of_tags)
        left_out += [f"Tags: “{name}”, which was retired" for name in retired]
    for name in rows:
        present = as_stored({name: getattr(item, name)()})[name]
        if present != content[name] and (gone := getattr(item, f"set_{name}")(content[name])):
            left_out.append(f"{label_of(item, name)}: {_count_gone(gone)}")
    # What was read before the relations changed is old.
    item._prefetched_objects_cache = {}
    return left_out


def label_of(item: models.Model | type[models.Model], name: str) -> str:
    """What staff call the field `name` of a revision of `item`: 'Text', 'Authors'."""
    if callable(getattr(item, name, None)) and not name.startswith("tags"):
        return name.removeprefix("ordered_").replace("_", " ").capitalize()
    field = item._meta.get_field(name)
    return str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]


def _sorted(model: type[models.Model], names: list[str]) -> tuple[list, list, list[str]]:
    """`names` as columns, many-to-many relations, and readers of rows that have a setter."""
    columns, relations, rows = [], [], []
    for name in names:
        if name == "tags":
            continue
        if callable(getattr(model, name)):
            if hasattr(model, f"set_{name}"):
                rows.append(name)
            continue
        field = model._meta.get_field(name)
        (relations if field.many_to_many else columns).append(field)
    return columns, relations, rows


def _set_column(item: models.Model, column: models.Field, value: Any, left_out: list[str]) -> None:
    if column.remote_field is None:
        setattr(item, column.attname, column.to_python(value))
        return
    if value is None and not column.null:
        return
    if value == getattr(item, column.attname):
        return
    exists = value is None or column.related_model._base_manager.filter(pk=value).exists()
    if exists:
        setattr(item, column.attname, value)
        return
    left_out.append(f"{label_of(item, column.name)}: {_count_gone(1)}")
    if column.null:
        setattr(item, column.attname, None)


def _set_relation(item: models.Model, field: models.Field, keys: list, left_out: list[str]) -> None:
    if field.related_model is Topic:  # one may have been merged or retired since
        now = Topic.objects.now(keys)
        there, known = set(now.values()), set(now)
    else:
        rows = field.related_model._base_manager.filter(pk__in=keys)
        there = known = set(rows.values_list("pk", flat=True))
    getattr(item, field.name).set(there)
    if gone := len(set(keys) - known):
        left_out.append(f"{label_of(item, field.name)}: {_count_gone(gone)}")


def _count_gone(number: int) -> str:
    return "1 that no longer exists" if number == 1 else f"{number} that no longer exist"


def _keep_what_does_not_fit(
    item: models.Model, columns: list[models.Field], before: dict[str, Any], left_out: list[str]
) -> None:
    """
    Give back to `item` the values `before` in those columns whose new ones it cannot have, such as
    an address that another item took.
    """
    changed = {c.name: c for c in columns if getattr(item, c.attname) != before[c.attname]}
    others = {field.name for field in item._meta.concrete_fields} - set(changed)
    try:
        item.full_clean(exclude=others)
    except ValidationError as error:
        found = error.message_dict
        # What is not said of one column may be an address that is taken below the same page.
        refused = changed.keys() & found.keys() or changed.keys() & {"slug"}
        said = " ".join(chain.from_iterable(found.values()))
        if not refused:
            raise CannotApply(said) from error
        for name in sorted(refused):
            setattr(item, changed[name].attname, before[changed[name].attname])
            left_out.append(
                f"{label_of(item, name)}: stays as it is. {' '.join(found.get(name, [said]))}"
            )
        if found.keys() - refused:
            _keep_what_does_not_fit(item, columns, before, left_out)


def set_rows(
    rows: models.Manager, wanted: list[dict[str, Any]], to: str, *, key: tuple[str, ...]
) -> int:
    """
    Let `wanted` (columns of each row), in this order, be the rows of an item's related manager
    `rows`, each of which leads by the foreign key `to` to something else. Stored rows with the
    same columns `key` are kept. Returns how many were left out, as `to` no longer exists.
    """
    field = rows.model._meta.get_field(to)
    keys = {row[field.attname] for row in wanted}
    there = set(field.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
    found = [row for row in wanted if row[field.attname] in there]
    stored = {tuple(getattr(row, name) for name in key): row for row in rows.all()}
    kept = []
    for position, values in enumerate(found):
        row = stored.pop(tuple(values[name] for name in key), None)
        if row is None:
            row = rows.model(**{rows.field.attname: rows.instance.pk})
        for name, value in {**values, "position": 10 * (position + 1)}.items():
            setattr(row, name, value)
        kept.append(row)
    rows.filter(pk__in=[row.pk for row in stored.values()]).delete()
    for row in kept:
        row.save()
    return len(wanted) - len(found)
