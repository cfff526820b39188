"""
The mails to registrants, each written in the transaction of the act that causes it. A registration
is confirmed at most once, so its mail's key needs no more than its number.

Mails of one kind about one event differ in a few words. They are rendered once for all who get the
same, with marks where a person's own words go (see Pattern), so that ten thousand take seconds.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from competencyworks.core.mail import strangers
from competencyworks.core.mail.outbox import Mail, queue
from competencyworks.core.models import OutgoingMail

from .models import Event, Registration
from .models.registration import RegistrationQuerySet
from .patterns import Pattern, own_page
from .video_service import places

__all__ = ["own_page"]

Status = Registration.Status
MOMENT = timedelta()
BATCH = 500  # mails that are written, and kept in memory, together


def confirmed(registrations: list[Registration]) -> None:
    _tell_of_seat(registrations, "confirmed")


def promoted(registrations: list[Registration]) -> None:
    """As confirmed(), for those who waited: the same key, as there is one confirmation."""
    _tell_of_seat(registrations, "promoted")


def of_form(registration: Registration) -> None:
    """
    What follows the form that made `registration`: its seat, or that it waits. It is never dropped;
    where many mails of forms have gone to an address that has proven nothing, it goes later. It
    holds no name, whoever the address belongs to: anybody can have typed it.
    """
    due_at = strangers.may_go_at(registration.email, strangers.SEATS, longest_wait=None)
    if registration.status == Status.CONFIRMED:
        what = "confirmed"
        pattern = Pattern(registration.event, what, "event_seat", method="REQUEST")
    else:
        what = "waiting"
        pattern = Pattern(registration.event, what, "event_waiting")
    queue([replace(pattern.to(registration, what, is_named=False), due_at=due_at)])


def place_given_back(registration: Registration, *, by_staff: bool = False) -> None:
    _queue(given_back(registration, by_staff=by_staff), [registration], "given-back")


def given_back(registration: Registration, *, by_staff: bool) -> Pattern:
    """The words about a canceled registration."""
    if registration.confirmed_at:
        kind, method = "cancelled-by-staff" if by_staff else "given-back", "CANCEL"
    else:  # no seat to give back, and no entry in a calendar
        kind, method = "removed-by-staff" if by_staff else "left", None
    return Pattern(registration.event, kind, "event_given_back", method=method)


def send_again(registration: Registration) -> None:
    """
    The registration's present state once more, at most once an hour, unless so much mail of forms
    has gone to the address that this one would come after the event has begun.
    """
    if not registration.email:
        return
    event, what = registration.event, f"again-{timezone.now():%Y%m%d%H}"
    key = f"registration-{registration.pk}-{what}"
    if OutgoingMail.objects.filter(key=key).exists():
        return
    wait = min(strangers.LONGEST_WAIT, max(event.starts_at - timezone.now(), MOMENT))
    due_at = strangers.may_go_at(registration.email, strangers.AGAIN, longest_wait=wait)
    if due_at is None:
        return
    way_in = ""
    if registration.status == Status.CONFIRMED:
        pattern = Pattern(event, "again", "event_seat", method="REQUEST")
        way_in = places.own_address(registration)
    else:
        pattern = Pattern(event, "again-waiting", "event_waiting")
    mail = pattern.to(registration, what, "again", way_in, is_named=False)
    queue([replace(mail, due_at=due_at)])


def to_corrected_address(registration: Registration) -> None:
    """What is true of the registration now, to the address that staff have corrected."""
    event, number = registration.event, registration.corrections
    if event.is_cancelled:
        kind = "event-cancelled"
        has_seat = registration.status == Status.CONFIRMED
        pattern = _cancelled(event, "CANCEL" if has_seat else None)
    elif registration.status == Status.CONFIRMED:
        kind, pattern = "confirmed", Pattern(event, "confirmed", "event_seat", method="REQUEST")
    else:
        kind, pattern = "waiting", Pattern(event, "waiting", "event_waiting")
    queue([pattern.to(registration, f"{kind}-{number}", kind, is_named=False)])


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
                mails.append(pattern.to(row, what, "changed", is_named=row.is_verified))
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
            (seated if row.status == Status.CONFIRMED else waits).to(
                row, "event-cancelled", is_named=row.is_verified
            )
            for row in rows
        )
        count += len(rows)
    return count


def told_of_cancellation(event: Event) -> int:
    """How many event_cancelled() told; also once the mails are gone, and names are removed."""
    rows = event.registrations.filter(created_at__lte=event.cancelled_at)
    still = ~Q(status=Status.CANCELLED) | Q(cancelled_at__gt=event.cancelled_at)
    return rows.filter(still).exclude(email="", anonymous_at=None).count()


def about_cancelled(event: Event, registration: Registration) -> Mail:
    """
    The mail that one with a seat, known by name, gets when `event` does not take place; it is not
    queued.
    """
    return _cancelled(event, "CANCEL").to(registration, "event-cancelled", is_named=True)


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


def _queue(pattern: Pattern, registrations: list[Registration], what: str) -> None:
    rows = [row for row in registrations if row.email]
    queue(pattern.to(row, what, is_named=row.is_verified) for row in rows)


def _batches(event: Event) -> Iterator[list[Registration]]:
    """As registered(), some hundreds at a time."""
    rows, last = registered(event), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for row in batch:
            row.event = event
        yield batch
        last = batch[-1].pk
