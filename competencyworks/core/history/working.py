"""
Working copies: what an item that is public shall hold later, kept aside by staff.

One for an item, as a core.Revision without a number. The public text stays until it is put in
public.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils import timezone

from ..models import Revision
from .applying import as_stored


class Collides(Exception):
    """The public text changed in the same places as the working copy; the message names them."""


def hold(kind: int, pk: int, *, wait: bool = True) -> bool:
    """
    Hold the form and the working copy of one item (by its content type) until the transaction
    ends. Without `wait` tells False if somebody else does.

    Not the item's row: acts that follow lock several, in an order of their own.
    """
    name = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s, %s)", [kind, pk % 2**31])
        return cursor.fetchone()[0] is not False


def working_copy(item: models.Model) -> Revision | None:
    """The working copy of `item`, if there is one, with its author."""
    rows = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        state=Revision.State.WORKING,
    )
    return rows.select_related("author", "scheduled_by").first()


@transaction.atomic
def keep_working_copy(
    item: models.Model,
    content: Mapping[str, Any],
    by=None,
    reason: str = "",
    *,
    base: int | None = None,
    goes_public_at: datetime | None = None,
    answer: str = "",
) -> Revision:
    """
    Keep `content` as the working copy of `item`, in the place of an earlier one; `base` is the
    number of the saved revision that it began from. It goes public at `goes_public_at`, or by hand.
    `answer` is given to put_back() then: what staff answered when they were asked about it.

    Who only sets the moment of a copy does not become its author.
    """
    kind = ContentType.objects.get_for_model(item)
    hold(kind.pk, item.pk)
    stored = as_stored(content)
    values = {
        "base": base or None,
        "goes_public_at": goes_public_at,
        "scheduled_by": by if goes_public_at else None,
        "held_back": "",
        "answer": answer if goes_public_at else "",
    }
    before = working_copy(item)
    if before is None or before.content != stored or (reason and reason != before.reason):
        values |= {
            "content": stored,
            "author": by,
            "reason": reason[:500],
            "created_at": timezone.now(),
        }
    copy, _ = Revision.objects.update_or_create(
        content_type=kind, object_id=item.pk, state=Revision.State.WORKING, defaults=values
    )
    return copy


def content_at(item: models.Model, number: int | None) -> dict[str, Any]:
    """What `item` held at its revision `number`; nothing, if there is no such revision."""
    rows = Revision.objects.saved().filter(
        content_type=ContentType.objects.get_for_model(item), object_id=item.pk, number=number
    )
    return rows.values_list("content", flat=True).first() or {}
