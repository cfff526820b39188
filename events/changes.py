"""
What follows when an event moves or does not take place: whoever is registered is told, and their
calendars learn that the entry they have is old.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from competencyworks.core import revisions

from . import calendars, letters, seats, times
from .models import Event

WHEN = ("starts_at", "ends_at", "zone")
WHERE = ("attendance", "venue", "venue_address")


class CannotCancel(ValueError):
    """Why an event cannot be cancelled; the message is for staff."""


class CancelledBefore(CannotCancel):
    """It has been cancelled already."""


class OverAlready(CannotCancel):
    """It has taken place."""


@dataclass(frozen=True)
class Change:
    """
    One thing that is new, in words. `is_online` says whom it concerns: those online, those there
    in person (False), or both; `is_public` whether it may be told to who waits.
    """

    what: str
    before: str
    now: str
    is_online: bool | None = None
    is_public: bool = False

    def concerns(self, online: bool) -> bool:
        return self.is_online is None or self.is_online == online


@transaction.atomic
def save_from_admin(before: Event, event: Event) -> list[Change]:
    """
    Raise the sequence of `event` if its time or place has changed, so that calendars take the new
    entry (RFC 5545, 3.8.7.4), and queue the mails about it.

    Call it in the transaction that saved `event` over `before`, which was read under the event's
    lock. Returns what has changed. Nobody is mailed of an event that is over, or cancelled.
    """
    found = changes_between(before, event)
    if not found:
        return []
    event.sequence = before.sequence + 1
    event.save(update_fields=["sequence"])
    was_over = before.ends_at <= timezone.now()
    if not event.is_cancelled and not (event.is_over and was_over):
        letters.changed(event, found)
    return found


@transaction.atomic
def cancel_event(event: Event, by=None, reason: str = "") -> int:
    """
    Call the event off: it stays to be seen, marked as cancelled, takes no registrations, gives no
    seats, and all who are registered or wait are mailed. Returns how many that are.

    Raises CancelledBefore, OverAlready.
    """
    stored = seats.locked(event.pk)
    if stored.is_cancelled:
        raise CancelledBefore(f"“{stored}” has been cancelled already.")
    if stored.is_over:
        raise OverAlready(f"“{stored}” is over. What has taken place cannot be cancelled.")
    stored.cancelled_at, stored.cancel_reason = timezone.now(), reason.strip()[:500]
    stored.sequence += 1
    stored.updated_at = timezone.now()
    stored.save(update_fields=["cancelled_at", "cancel_reason", "sequence", "updated_at"])
    revisions.record(stored, by, f"Cancelled. {reason}".strip())
    for name in ("cancelled_at", "cancel_reason", "sequence", "updated_at"):
        setattr(event, name, getattr(stored, name))
    return letters.event_cancelled(stored)


def changes_between(before: Event, event: Event) -> list[Change]:
    """What of time, place and way in is new, as registrants are told it."""
    found = []
    if _differ(before, event, WHEN):
        found.append(Change("When", times.when(before), times.when(event), is_public=True))
    if _differ(before, event, WHERE):
        # Of an event that is both, and stays so, only those there have to go elsewhere.
        both = event.attendance == before.attendance == Event.Attendance.BOTH
        online = False if both else None
        found.append(
            Change("Where", calendars.place(before), calendars.place(event), is_online=online)
        )
    if before.join_url != event.join_url and event.attendance != Event.Attendance.IN_PERSON:
        old = "another address" if before.join_url else "not yet known"
        found.append(Change("The way in", old, event.join_url or "follows", is_online=True))
    return found


def _differ(before: Event, event: Event, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(event, name) for name in names)
