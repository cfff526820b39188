"""What happens to an item in its life: each act checks, locks, writes and keeps a revision."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from . import revisions
from .publishing import Publishable

Status = Publishable.Status


class NotAllowed(ValueError):
    """An act that the item's state does not allow; the message says why, for staff."""


def publish(item: Publishable, by=None, at: datetime | None = None, reason: str = "") -> None:
    """
    Make `item` public at `at`; left out, at the date it has, or now.

    A date to come schedules it. An end that has passed is removed. Raises NotAllowed for an
    item in the trash or without a title.
    """
    with transaction.atomic():
        item = _locked(item)
        if item.trashed_at:
            raise NotAllowed(f"“{item}” is in the trash. Restore it first.")
        if not item.title.strip():
            raise NotAllowed("Give it a title first.")
        item.status = Status.PUBLISHED
        item.publish_at = at or item.publish_at or timezone.now()
        if item.unpublish_at and item.unpublish_at <= max(timezone.now(), item.publish_at):
            item.unpublish_at = None
        _keep(item, by, reason or "Published")


def submit(item: Publishable, by=None, reason: str = "") -> None:
    """Put a draft before the editors. Raises NotAllowed for anything but a draft."""
    with transaction.atomic():
        item = _locked(item)
        if item.status != Status.DRAFT or item.trashed_at:
            raise NotAllowed(f"“{item}” is no draft, so it cannot be submitted.")
        item.status = Status.REVIEW
        _keep(item, by, reason or "Submitted for review")


def withdraw(item: Publishable, by=None, reason: str = "") -> None:
    """Take `item` from the public. Raises NotAllowed for what is not published."""
    with transaction.atomic():
        item = _locked(item)
        if item.status != Status.PUBLISHED:
            raise NotAllowed(f"“{item}” is not published.")
        item.status = Status.WITHDRAWN
        _keep(item, by, reason or "Withdrawn")


def trash(item: Publishable, by=None) -> None:
    """Put `item` in the trash, whence restore() brings it back as it was."""
    with transaction.atomic():
        item = _locked(item)
        if not item.trashed_at:
            item.trashed_at = timezone.now()
            item.save()
            item.history_changed()


def restore(item: Publishable, by=None) -> None:
    """Take `item` out of the trash, in the state it had."""
    with transaction.atomic():
        item = _locked(item)
        item.trashed_at = None
        item.save()
        item.history_changed()


def each(act, items: Iterable[Publishable], by=None) -> tuple[int, list[NotAllowed]]:
    """`act` on each item; returns how many it was done to, and why not to the others."""
    done, refused = 0, []
    for item in items:
        try:
            act(item, by=by)
            done += 1
        except NotAllowed as error:
            refused.append(error)
    return done, refused


def _locked(item: Publishable) -> Publishable:
    """The stored item, locked until the transaction ends."""
    rows: models.QuerySet = type(item)._base_manager
    return rows.select_for_update().get(pk=item.pk)


def _keep(item: Publishable, by, reason: str) -> None:
    item.save()
    revisions.record(item, by, reason)
