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
from .video_service import places

WHEN = ("starts_at", "ends_at")
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


@dataclass(frozen=True)
class Told:
    """
    How many are mailed about a save: what is new (`what`, as 'time and place', also where the event
    is hidden and nobody is mailed), and that they got a seat by it.
    """

    changed: int = 0
    what: str = ""
    seated: int = 0


@transaction.atomic
def save_from_admin(before: Event, event: Event, *, without_email: bool = False) -> Told:
    """
    Raise the sequence of `event` if its time or place has changed, so that calendars take the new
    entry (RFC 5545, 3.8.7.4), and queue the mails about it, unless `without_email`.

    Call it in the transaction that saved `event` over `before`, which was read under the event's
    lock. Nobody is mailed of an event that is over, cancelled, or seen by nobody.
    """
    found = changes_between(before, event)
    if not found:
        return Told()
    event.sequence = before.sequence + 1
    was_over = before.ends_at <= timezone.now()
    if event.starts_at != before.starts_at and before.is_public and not was_over:
        # Moved back, it is where readers knew it all along.
        is_back = event.starts_at == before.moved_from
        event.moved_from = None if is_back else before.starts_at
    event.save(update_fields=["sequence", "moved_from"])
    if without_email or event.is_cancelled or event.is_over:
        return Told()
    if not event.is_public:
        return Told(what=_new(found))
    return Told(changed=letters.changed(event, found), what=_new(found))


def _new(found: list[Change]) -> str:
    """What has changed, as 'time and place'."""
    names = {"When": "time", "Where": "place", "How to join": "join link"}
    words = [names[change.what] for change in found]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


@transaction.atomic
def cancel_event(event: Event, by=None, reason: str = "") -> int:
    """
    Call the event off: it stays to be seen, marked as cancelled, takes no registrations, gives no
    seats, and all who are registered or wait are mailed. Returns how many that are.

    Raises CancelledBefore, OverAlready.
    """
    stored = seats.locked(event.pk)
    if refusal := why_not_cancel(stored):
        raise refusal
    stored.cancelled_at, stored.cancel_reason = timezone.now(), reason.strip()[:500]
    stored.sequence += 1
    stored.updated_at = timezone.now()
    stored.save(update_fields=["cancelled_at", "cancel_reason", "sequence", "updated_at"])
    revisions.record(stored, by, f"Canceled. {reason}".strip())
    for name in ("cancelled_at", "cancel_reason", "sequence", "updated_at"):
        setattr(event, name, getattr(stored, name))
    return letters.event_cancelled(stored)


def why_not_cancel(event: Event) -> CannotCancel | None:
    """Why `event` cannot be cancelled now; None if it can."""
    if event.is_cancelled:
        return CancelledBefore(f"“{event}” is already canceled.")
    if event.is_over:
        return OverAlready(f"“{event}” is over, so it can no longer be canceled.")
    return None


def changes_between(before: Event, event: Event) -> list[Change]:
    """What of time, place and way in is new, as registrants are told it."""
    found = []
    hours = [times.when(each) for each in (before, event)]
    # Another zone in which the hours read the same is no news: an older name of the same one.
    if _differ(before, event, WHEN) or hours[0] != hours[1]:
        found.append(Change("When", *hours, is_public=True))
    if _differ(before, event, WHERE):
        # Of an event that is both, and stays so, only those there have to go elsewhere.
        both = event.attendance == before.attendance == Event.Attendance.BOTH
        online = False if both else None
        found.append(
            Change("Where", calendars.place(before), calendars.place(event), is_online=online)
        )
    if places.is_personal(event):
        meetings = [(each.video_kind, each.video_meeting) for each in (before, event)]
        if meetings[0] != meetings[1]:
            found.append(
                Change("How to join", "new link", "on your registration page", is_online=True)
            )
    elif before.join_url != event.join_url and event.attendance != Event.Attendance.IN_PERSON:
        old = "new link" if before.join_url else "not available yet"
        found.append(Change("How to join", old, event.join_url or "follows", is_online=True))
    return found


def _differ(before: Event, event: Event, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(event, name) for name in names)
