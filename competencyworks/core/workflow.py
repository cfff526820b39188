"""What happens to an item in its life: each act checks, locks, writes and keeps a revision."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.db import models, transaction
from django.utils import timezone

from . import revisions
from .history.schedule_form import said
from .publishing import Publishable

Status = Publishable.Status


class NotAllowed(ValueError):
    """An act that the item's state does not allow; the message says why, for staff."""


def publish(
    item: Publishable,
    by=None,
    at: datetime | None = None,
    reason: str = "",
    seen: str = "",
) -> None:
    """
    Make `item` public at `at`; left out, at the date it has, or now.

    A date to come schedules it. An end that has passed is removed. `seen` is the version() that
    the page showed to whoever publishes. Raises NotAllowed for an item in the trash, without a
    title, or saved since it was seen.
    """
    with transaction.atomic():
        item = _locked(item)
        if seen and seen != version(item) and by is not None and _last_editor_of(item) == by:
            raise NotAllowed(
                f"You changed “{item}” yourself after you selected it, so it was not published "
                "again. Review it, then publish it."
            )
        if seen and seen != version(item):
            raise NotAllowed(
                f"“{item}” was saved by {_last_editor(item)} after you selected it, so it was "
                "not published. Review it, then publish it."
            )
        before = state_of(item)
        set_published(item, at)
        _save(item, before, by, reason)


def version(item: Publishable) -> str:
    """Tells one state of what is stored from another: it is another one after each save."""
    return item.updated_at.isoformat()


def _last_editor(item: Publishable) -> str:
    author = _last_editor_of(item)
    return (author and (author.get_full_name() or author.get_username())) or "somebody"


def _last_editor_of(item: Publishable):
    last = revisions.history(item).select_related("author").defer("content").first()
    return last and last.author


def submit(item: Publishable, by=None, reason: str = "") -> None:
    """Put a draft before the editors. Raises NotAllowed for anything but a draft."""
    with transaction.atomic():
        item = _locked(item)
        before = state_of(item)
        set_submitted(item)
        _save(item, before, by, reason)


def withdraw(item: Publishable, by=None, reason: str = "") -> None:
    """Take `item` from the public. Raises NotAllowed for what is not published."""
    with transaction.atomic():
        item = _locked(item)
        if item.status != Status.PUBLISHED:
            raise NotAllowed(f"“{item}” is not published.")
        before = state_of(item)
        item.status = Status.WITHDRAWN
        _save(item, before, by, reason)


def trash(item: Publishable, by=None, reason: str = "") -> None:
    """Put `item` in the trash, whence restore() brings it back as it was."""
    with transaction.atomic():
        item = _locked(item)
        if item.trashed_at:
            return
        item.trashed_at = timezone.now()
        _keep(item, by, _why("Moved to the trash", reason), unchanged_too=True)
        _log(item, by, DELETION, _why("Moved to the trash", reason))


def restore(item: Publishable, by=None, reason: str = "") -> None:
    """Take `item` out of the trash, in the state it had."""
    with transaction.atomic():
        item = _locked(item)
        if item.trashed_at is None:
            return
        item.trashed_at = None
        _keep(item, by, _why("Restored from the trash", reason), unchanged_too=True)
        _log(item, by, CHANGE, _why("Restored from the trash", reason))


def free_address(item: Publishable, by=None, reason: str = "") -> None:
    """
    Let an item in the trash give up its title and slug, where another one wants them. It becomes a
    draft, so that restoring does not make a title and an address public that nobody chose. Its old
    address leads to it once it is public again, unless another item has it then. Raises NotAllowed.
    """
    with transaction.atomic():
        item = _locked(item)
        if item.trashed_at is None:
            raise NotAllowed(f"“{item}” is not in the trash. Change its slug in its form.")
        item.give_up_address()
        item.status = Status.DRAFT
        _keep(item, by, _why("Released its address", reason))
        _log(item, by, CHANGE, _why("Released its address", reason))


# --- what the form of the admin shares with these acts --------------------------------------------


class State(NamedTuple):
    """Where an item stands, as far as its form may change it."""

    status: str
    publish_at: datetime | None


DRAFT = State(Status.DRAFT, None)  # what a new item is before its first save


def state_of(item: Publishable) -> State:
    """The date to the minute, for forms leave out what is smaller; only what is public has one."""
    at = item.publish_at if item.status == Status.PUBLISHED else None
    return State(item.status, at and at.replace(second=0, microsecond=0))


def set_published(item: Publishable, at: datetime | None = None) -> None:
    """Give `item` (not saved here) the values that publish() saves. Raises what it raises."""
    if item.trashed_at:
        raise NotAllowed(f"“{item}” is in the trash. Restore it first.")
    if not item.title.strip():
        raise NotAllowed("Give it a title first.")
    item.status = Status.PUBLISHED
    item.publish_at = at or item.publish_at or timezone.now()
    if item.unpublish_at and item.unpublish_at <= max(timezone.now(), item.publish_at):
        item.unpublish_at = None


def set_submitted(item: Publishable) -> None:
    """Give `item` (not saved here) the values that submit() saves. Raises what it raises."""
    if item.status != Status.DRAFT or item.trashed_at:
        raise NotAllowed(f"“{item}” is no draft, so it cannot be submitted.")
    item.status = Status.REVIEW


def act_between(before: State, after: State) -> str:
    """The change from `before` to `after` as the history names it; empty if there is none."""
    if before == after:
        return ""
    if after.status == Status.PUBLISHED:
        now = timezone.now()
        if after.publish_at and after.publish_at > now:
            return f"Scheduled for {said(after.publish_at)}"
        was_public = before.publish_at is not None and before.publish_at <= now
        return "Publication date changed" if was_public else "Published"
    if after.status == Status.REVIEW:
        return "Submitted for review"
    return "Withdrawn" if after.status == Status.WITHDRAWN else "Set back to draft"


def record_saved(item: Publishable, before: State, by=None, reason: str = "") -> str:
    """
    Keep what `item`, which was in the state `before` and is saved with its relations, holds now.

    A change of state stands before the reason in the history, and in the list of who did what.
    Returns it in words, or nothing where the state is as it was.
    """
    act = act_between(before, state_of(item))
    message = _why(act, reason) if act else reason
    revision = revisions.record(item, by, message, unchanged_too=bool(act))
    if act and revision:
        _log(item, by, CHANGE, message)
    return act


def _locked(item: Publishable) -> Publishable:
    """The stored item, locked until the transaction ends."""
    rows: models.QuerySet = type(item)._base_manager
    return rows.select_for_update().get(pk=item.pk)


def _save(item: Publishable, before: State, by, reason: str) -> None:
    item.save()
    record_saved(item, before, by, reason)


def _keep(item: Publishable, by, reason: str, *, unchanged_too: bool = False) -> None:
    item.save()
    revisions.record(item, by, reason, unchanged_too=unchanged_too)


def _why(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what


def _log(item: Publishable, by, flag: int, message: str) -> None:
    """A line in the list of who did what; the system's own acts have none."""
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [item], flag, change_message=message)
