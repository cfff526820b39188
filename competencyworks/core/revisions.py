"""
The history of every edited kind: one row for each save that changed something.

What else is done with revisions (apply, changes, difference) is built in `core.history`, and
asked for here.

A kind names what belongs to its content in `revision_fields`: columns, relations, and methods
that return what is neither (ordered authors, say).
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Max

from .history.applying import CannotApply, apply
from .history.changes import Change, changes
from .history.differences import difference
from .history.merging import Conflict, Merged, merge
from .models import Revision

__all__ = [
    "CannotApply",
    "Change",
    "Conflict",
    "Merged",
    "apply",
    "changes",
    "content_of",
    "difference",
    "history",
    "merge",
    "of_item",
    "record",
    "record_each",
    "record_first",
    "restore",
    "visible_from",
]


def content_of(item: models.Model) -> dict[str, Any]:
    """What `item` holds now, as values that JSON can carry; relations as keys, tags as names."""
    content: dict[str, Any] = {}
    for name in item.revision_fields:
        if name == "tags":
            content[name] = sorted(tag.name for tag in item.tags.all())
            continue
        if callable(value := getattr(type(item), name)):
            content[name] = value(item)
            continue
        field = item._meta.get_field(name)
        if field.many_to_many:
            content[name] = sorted(row.pk for row in getattr(item, name).all())
        else:
            value = field.value_from_object(item)
            # One moment has one spelling, whatever the zone of the form it came by.
            content[name] = value.astimezone(UTC) if isinstance(value, datetime) else value
    return content


def history(item: models.Model) -> models.QuerySet:
    """What `item` held after each save, newest first; neither working copies nor suggestions."""
    return of_item(item).saved().order_by("-number")


def of_item(item: models.Model) -> models.QuerySet:
    """All revisions of `item`, working copies and suggestions among them."""
    return Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(item), object_id=item.pk
    )


def visible_from(item: models.Model) -> datetime | None:
    """From when readers see what `item` holds now; None for a draft."""
    is_public = getattr(item, "status", "") == "published"
    return item.publish_at if is_public else None


@transaction.atomic
def record(
    item: models.Model,
    by=None,
    reason: str = "",
    credit: str = "",
    *,
    unchanged_too: bool = False,
) -> Revision | None:
    """
    Keep what `item` holds now as its next revision, saved by the user `by` (None: the system);
    `credit` names the reader whose words were taken over.

    Call it after relations are saved. Returns None, and writes nothing, when the content is that
    of the last revision; with `unchanged_too` such a revision is kept too, for the sake of who
    did what and why. The item's row is locked, so that two saves at the same
    time get numbers one after the other.
    """
    type(item)._base_manager.select_for_update().filter(pk=item.pk).first()
    rows = history(item)
    draft = Revision(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        author=by,
        credit=credit[:200],
        reason=reason[:500],
        content=content_of(item),
        visible_from=visible_from(item),
    )
    last = rows.first()
    if last is not None and not unchanged_too:
        # Compare as stored: JSON turns dates into text.
        encoder = Revision._meta.get_field("content").encoder
        if json.loads(json.dumps(draft.content, cls=encoder)) == last.content:
            return None
    draft.number = last.number + 1 if last else 1
    draft.save()
    if hasattr(item, "history_changed"):  # comments have a history too, and nothing to keep
        item.history_changed()
    return draft


def record_first(items: Iterable[tuple[models.Model, str]]) -> list[Revision]:
    """
    Keep what new items of one kind, each with a reason, hold as their first revisions.

    For items that were made together: one query, if what content_of() reads was prefetched.
    Returns the revisions in the order of the items.
    """
    drafts = [
        Revision(
            content_type=ContentType.objects.get_for_model(item),
            object_id=item.pk,
            number=1,
            reason=reason[:500],
            content=content_of(item),
            visible_from=visible_from(item),
        )
        for item, reason in items
    ]
    return Revision.objects.bulk_create(drafts)


def record_each(items: Iterable[models.Model], by=None, reason: str = "") -> list[Revision]:
    """
    Keep what items of one kind, which the caller has locked and changed, hold as their next
    revisions, with one reason: two queries, if what content_of() reads was prefetched.
    """
    items = list(items)
    if not items:
        return []
    kind = ContentType.objects.get_for_model(items[0])
    rows = Revision.objects.saved().filter(content_type=kind, object_id__in=[i.pk for i in items])
    rows = rows.order_by().values("object_id").annotate(last=Max("number"))
    last = dict(rows.values_list("object_id", "last"))
    return Revision.objects.bulk_create(
        Revision(
            content_type=kind,
            object_id=item.pk,
            number=last.get(item.pk, 0) + 1,
            author=by,
            reason=reason[:500],
            content=content_of(item),
            visible_from=visible_from(item),
        )
        for item in items
    )


@transaction.atomic
def restore(
    item: models.Model, revision: Revision, by=None, reason: str = "", *, state_too: bool = False
) -> list[str]:
    """
    Let `item` hold again what it held at `revision`, and keep that as a new revision.

    Status and dates stay as they are, so that looking back publishes and withdraws nothing, unless
    `state_too`. Returns and raises what apply() does; `item` is given what is stored then.
    """
    locked = type(item)._base_manager.select_for_update().get(pk=item.pk)
    only = type(item).revision_fields if state_too else None
    left_out = apply(locked, revision.content, only=only)
    record(locked, by, reason or f"Restored revision {revision.number}")
    item.refresh_from_db()
    return left_out
