"""
The graph of links: what every kind of content leads to, and what leads to it.

`record` writes the rows (models.links.Link) of one item, whatever its state; who may see an item
is asked when a link is read. Publishable.save() calls it; whoever stores items without save()
calls record_all().
"""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from ..models.links import Link
from .addresses import outsides_for
from .citing import citing
from .mentions import mentions
from .targets import Target, Written, targets_of

__all__ = ["citing", "mentions", "record", "record_all", "record_change"]


def record(item: models.Model) -> None:
    """Let the rows of `item`, which is stored, say what it leads to now."""
    record_all([item])


def record_change(item: models.Model, before: models.Model | None) -> None:
    """
    The same after a save of `item`, whose row held `before` (None: it is new) and is locked since
    that was read. No query for an item that led nowhere and leads nowhere.
    """
    found = targets_of(item)
    if found or (before is not None and targets_of(before)):
        _write([(item, found)], are_new=before is None)


def record_all(items: Iterable[models.Model]) -> None:
    """
    Let the rows of `items` say what they lead to now: at most seven queries a kind, however many
    there are.
    """
    kinds = defaultdict(list)
    for item in items:
        kinds[item._meta.concrete_model].append((item, targets_of(item)))
    for found in kinds.values():
        _write(found)


@transaction.atomic(savepoint=False)
def _write(
    items: list[tuple[models.Model, dict[Target, Written]]], *, are_new: bool = False
) -> None:
    """Store the rows that are missing, change those whose words changed, delete the others."""
    kind = ContentType.objects.get_for_model(items[0][0])
    stored = {} if are_new else _stored(kind, [item.pk for item, _ in items])
    made: list[tuple[int, Target, Written]] = []
    changed: list[Link] = []
    for item, found in items:
        for target, written in found.items():
            row = stored.pop((item.pk, target), None)
            if row is None:
                made.append((item.pk, target, written))
            elif row.text != written.words:
                row.text = written.words
                changed.append(row)
    if stored:
        Link.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    if changed:
        Link.objects.bulk_update(changed, ["text"])
    outsides = outsides_for(written.url for _, target, written in made if target.outside)
    rows = [
        Link(
            source_type=kind,
            source_id=pk,
            outside=outsides[target.outside] if target.outside else None,
            path=target.path,
            title=target.title,
            text=written.words,
        )
        for pk, target, written in made
    ]
    # In the order of the addresses' keys: a row locks the address that it leads to.
    rows.sort(key=lambda row: row.outside_id or 0)
    # Two writers of one item's rows without save(), which would lock it, make each row once.
    Link.objects.bulk_create(rows, ignore_conflicts=True)


def _stored(kind: ContentType, keys: list[int]) -> dict[tuple[int, Target], Link]:
    rows = Link.objects.filter(source_type=kind, source_id__in=keys).order_by("pk")
    rows = rows.annotate(key=models.F("outside__key"))
    return {(row.source_id, Target(row.key or "", row.path, row.title)): row for row in rows}
