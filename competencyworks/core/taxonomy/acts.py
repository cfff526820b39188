"""What the acts on tags and topics have in common: whose turn it is, and what is noted of them."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from taggit.models import TaggedItem

from .bearing import Bond, change_all


class CannotChange(ValueError):
    """An act on tags or topics that is not possible now; the message says why, for staff."""


def wait_for_turn() -> None:
    """
    Hold all other merges, renames and retirements until the transaction ends.

    They lock many items of many kinds; two of them at once could wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('taxonomy', 0))")


def locked(
    model: type[models.Model], keys: Iterable[int], *, against_new_uses: bool = False
) -> dict[int, models.Model]:
    """
    The tags or topics `keys` that are still there, locked in the order of their keys.

    Items may get them meanwhile, unless `against_new_uses`: whoever saves such an item holds it and
    would wait for us, while we wait for the item.
    """
    rows = model._base_manager.select_for_update(no_key=not against_new_uses)
    return rows.order_by("pk").in_bulk(list(keys))


def replace(
    model: type[models.Model], dropped: list[int], kept: int | None, by, reason: str
) -> int:
    """
    Let every item that bears any of the tags or topics `dropped` bear `kept` instead (None:
    nothing). Returns how many there were.

    `dropped` are locked against new uses only after that, and what came in between is changed too.
    """

    def change(bond: Bond, items: list[int]) -> None:
        bond.replace(items, dropped, kept)

    count = change_all(model, dropped, by, reason, change)
    locked(model, dropped, against_new_uses=True)
    return count + change_all(model, dropped, by, reason, change)


def point_elsewhere(model: type[models.Model], dropped: Iterable[int], kept: int) -> None:
    """
    Let what names any of `dropped` by content type and key (old addresses, records of an import)
    name `kept`. What bears tags is the caller's.
    """
    kind = ContentType.objects.get_for_model(model)
    for each in apps.get_models():
        if each is TaggedItem or each._meta.proxy:
            continue
        for field in each._meta.private_fields:
            if isinstance(field, GenericForeignKey):
                rows = each._base_manager.filter(
                    **{field.ct_field: kind, f"{field.fk_field}__in": list(dropped)}
                )
                rows.update(**{field.fk_field: kept})


def log(by, item: models.Model, flag: int, message: str) -> None:
    """A line of the admin's log; what no user did is told in the histories alone."""
    if by is not None:
        LogEntry.objects.create(
            user_id=by.pk,
            content_type=ContentType.objects.get_for_model(item),
            object_id=str(item.pk),
            object_repr=str(item)[:200],
            action_flag=flag,
            change_message=message,
        )


def names(items: Iterable[models.Model]) -> str:
    """'“Equity”, “Access”'."""
    return ", ".join(f"“{item}”" for item in items)
