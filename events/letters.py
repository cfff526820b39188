"""
The mails to registrants, each written in the transaction of the act that causes it. A registration
is confirmed at most once, so its mail's key needs no more than its number.

Mails of one kind about one event differ in a few words. They are rendered once for all who get the
same, with marks where a person's own words go (see Pattern), so that ten thousand take seconds.
"""

from collections.abc import Iterator

from django.utils import timezone

from competencyworks.core.mail.outbox import Mail, queue

from .models import Event, Registration
from .models.registration import RegistrationQuerySet
from .patterns import Pattern, own_page
from .video_service import places

__all__ = ["own_page"]

Status = Registration.Status
BATCH = 500  # mails that are written, and kept in memory, together


def confirmed(registrations: list[Registration]) -> None:
    _tell_of_seat(registrations, "confirmed")


def promoted(registrations: list[Registration]) -> None:
    """As confirmed(), for those who waited: the same key, as there is one confirmation."""
    _tell_of_seat(registrations, "promoted")


def waiting(registration: Registration) -> None:
    pattern = Pattern(registration.event, "waiting", "event_waiting")
    _queue(pattern, [registration], "waiting")


def place_given_back(registration: Registration) -> None:
    # Who waited has no entry that could be taken from their calendar.
    method = "CANCEL" if registration.confirmed_at else None
    pattern = Pattern(registration.event, "given-back", "event_given_back", method=method)
    _queue(pattern, [registration], "given-back")


def send_again(registration: Registration) -> None:
    """The registration's present state once more, at most once an hour."""
    event, hour = registration.event, f"{timezone.now():%Y%m%d%H}"
    way_in = ""
    if registration.status == Status.CONFIRMED:
        pattern = Pattern(event, "again", "event_seat", method="REQUEST")
        way_in = places.own_address(registration)
    else:
        pattern = Pattern(event, "again", "event_waiting")
    if registration.email:
        queue([pattern.to(registration, f"again-{hour}", "again", way_in)])


def changed(event: Event, changes: list) -> int:
    """
    Tell who is registered what is new (events.changes.Change) about time or place; each is told
    what concerns them, and who waits the time alone. Returns how many mails that are.
    """
    what = f"changed-{event.sequence}"
    to_seated = {
        online: Pattern(
            event,
            "changed",
            "event_changed",
            method="REQUEST",
            changes=[change for change in changes if change.concerns(online)],
        )
        for online in (True, False)
    }
    public = [change for change in changes if change.is_public]
    to_waiting = Pattern(event, "changed", "event_changed", changes=public)
    count = 0
    for rows in _batches(event):
        mails = []
        for row in rows:
            seated = row.status == Status.CONFIRMED
            pattern = to_seated[row.is_online] if seated else to_waiting
            if pattern.more["changes"]:
                mails.append(pattern.to(row, what, "changed"))
        queue(mails)
        count += len(mails)
    return count


def event_cancelled(event: Event) -> int:
    """
    Tell all who are registered, or wait, that the event does not take place. Returns how many.
    """
    seated, waits = _cancelled(event, "CANCEL"), _cancelled(event)
    count = 0
    for rows in _batches(event):
        queue(
            (seated if row.status == Status.CONFIRMED else waits).to(row, "event-cancelled")
            for row in rows
        )
        count += len(rows)
    return count


def about_cancelled(event: Event, registration: Registration) -> Mail:
    """The mail that one with a seat gets when `event` does not take place; it is not queued."""
    return _cancelled(event, "CANCEL").to(registration, "event-cancelled")


def registered(event: Event) -> RegistrationQuerySet:
    """All who have a seat or wait, and have an address."""
    return event.registrations.exclude(status=Status.CANCELLED).exclude(email="").order_by("pk")


def _cancelled(event: Event, method: str | None = None) -> Pattern:
    return Pattern(event, "event-cancelled", "event_cancelled", method=method)


def _tell_of_seat(registrations: list[Registration], wording: str) -> None:
    if not registrations:
        return
    pattern = Pattern(registrations[0].event, wording, "event_seat", method="REQUEST")
    for start in range(0, len(registrations), BATCH):
        _queue(pattern, registrations[start : start + BATCH], "confirmed")


def _queue(
    pattern: Pattern, registrations: list[Registration], what: str, kind: str | None = None
) -> None:
    queue(pattern.to(row, what, kind) for row in registrations if row.email)


def _batches(event: Event) -> Iterator[list[Registration]]:
    """As registered(), some hundreds at a time."""
    rows, last = registered(event), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for row in batch:
            row.event = event
        yield batch
        last = batch[-1].pk
