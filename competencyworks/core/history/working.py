"""
Working copies: what an item that is public shall hold later, kept aside by staff.

One for an item, as a core.Revision without a number. The public text stays until it is put in
public.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from ..models import Revision
from .applying import as_stored


def working_copy(item: models.Model) -> Revision | None:
    """The working copy of `item`, if there is one, with its author."""
    rows = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        state=Revision.State.WORKING,
    )
    return rows.select_related("author").first()


@transaction.atomic
def keep_working_copy(
    item: models.Model,
    content: Mapping[str, Any],
    by=None,
    reason: str = "",
    *,
    base: int | None = None,
) -> Revision:
    """
    Keep `content` as the working copy of `item`, in the place of an earlier one; `base` is the
    number of the saved revision that it began from.
    """
    copy, _ = Revision.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        state=Revision.State.WORKING,
        defaults={
            "content": as_stored(content),
            "author": by,
            "reason": reason[:500],
            "base": base or None,
            "created_at": timezone.now(),
        },
    )
    return copy


def content_at(item: models.Model, number: int | None) -> dict[str, Any]:
    """What `item` held at its revision `number`; nothing, if there is no such revision."""
    rows = Revision.objects.saved().filter(
        content_type=ContentType.objects.get_for_model(item), object_id=item.pk, number=number
    )
    return rows.values_list("content", flat=True).first() or {}
