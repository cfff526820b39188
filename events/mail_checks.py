"""
A look at each mail about a registration just before it goes: whether it is still true. It may have
waited for days, for a mailbox that takes mail later.

What is true is written anew, with the event's hours and place as they are now. What is not is
dropped; of what became of the registration there is a mail of its own, later in the same order
(core.mail.order).
"""

from dataclasses import asdict, replace

from competencyworks.core.mail.outbox import write
from competencyworks.core.mail.sending import checked
from competencyworks.core.models import OutgoingMail

from .changes import Change
from .letters import given_back
from .mailings import CANCELLED, GONE, NO_SEAT, addressed
from .models import Event, Registration
from .patterns import Pattern
from .video_service import places

Status = Registration.Status
OVER = "the event is over."
NOT_WAITING = "the registration is no longer on the waiting list."
NOT_CANCELLED = "the registration is not canceled."
TAKES_PLACE = "the event is not canceled."
CHANGED_AGAIN = "the event has changed again; a later email says all of it."
AS_BEFORE = "the event is as it was before."


@checked("registration.confirmed")
def look_at_seat(mail: OutgoingMail) -> str | None:
    row, what = addressed(mail)
    if why := _why_not(row, Status.CONFIRMED):
        return why
    wording = mail.details.get("wording", "confirmed")
    _write(mail, row, Pattern(row.event, wording, "event_seat", method="REQUEST"), what)
    return None


@checked("registration.waiting")
def look_at_place_in_line(mail: OutgoingMail) -> str | None:
    row, what = addressed(mail)
    if why := _why_not(row, Status.WAITING):
        return why
    _write(mail, row, Pattern(row.event, "waiting", "event_waiting"), what)
    return None


@checked("registration.again")
def look_at_again(mail: OutgoingMail) -> str | None:
    """It says what the registration is now, whatever it was then."""
    row, what = addressed(mail)
    if why := _why_not(row, Status.CONFIRMED, Status.WAITING):
        return why
    if row.status == Status.CONFIRMED:
        pattern = Pattern(row.event, "again", "event_seat", method="REQUEST")
        _write(mail, row, pattern, what, "again", places.own_address(row))
    else:
        _write(mail, row, Pattern(row.event, "again-waiting", "event_waiting"), what, "again")
    return None


@checked("registration.given-back")
def look_at_given_back(mail: OutgoingMail) -> str | None:
    row, what = addressed(mail)
    if row is None:
        return GONE
    if row.status != Status.CANCELLED:
        return NOT_CANCELLED
    by_staff = mail.details.get("wording", "").endswith("-by-staff")
    _write(mail, row, given_back(row, by_staff=by_staff), what)
    return None


@checked("registration.changed")
def look_at_changed(mail: OutgoingMail) -> str | None:
    row, what = addressed(mail)
    if why := _why_not(row, Status.CONFIRMED, Status.WAITING):
        return why
    changes = [Change(**each) for each in mail.details.get("changes", [])]
    if not changes:  # from before they were kept
        return None
    if later := _later_change(mail):
        theirs = [Change(**each) for each in later.details.get("changes", [])]
        if theirs:
            later.details["changes"] = [asdict(each) for each in merged(changes, theirs)]
            later.details["is_merged"] = True
            later.save(update_fields=["details"])
            return CHANGED_AGAIN
    if mail.details.get("is_merged"):
        changes = [change for change in changes if change.before != change.now]
        if not changes:
            return AS_BEFORE
    elif row.event.updated_at <= mail.created_at:
        return None  # as it was written; to write thousands anew takes its time
    method = "REQUEST" if row.status == Status.CONFIRMED else None
    pattern = Pattern(row.event, "changed", "event_changed", method=method, changes=changes)
    _write(mail, row, pattern, what, "changed")
    return None


@checked("registration.event-cancelled")
def look_at_cancelled_event(mail: OutgoingMail) -> str | None:
    row, _ = addressed(mail)
    if row is None:
        return GONE
    return None if row.event.is_cancelled else TAKES_PLACE


def merged(first: list[Change], second: list[Change]) -> list[Change]:
    """What is new after two changes: of each thing, what it was first and what it is last."""
    found = {change.what: change for change in first}
    for change in second:
        if before := found.get(change.what):
            change = replace(change, before=before.before)
        found[change.what] = change
    return list(found.values())


def _later_change(mail: OutgoingMail) -> OutgoingMail | None:
    rows = OutgoingMail.objects.filter(about=mail.about, to_email=mail.to_email, kind=mail.kind)
    return rows.filter(pk__gt=mail.pk, sent_at=None, failed_at=None).order_by("pk").first()


def _why_not(row: Registration | None, *statuses: str) -> str | None:
    """Why a mail to one of these statuses is no longer due; None if it is."""
    if row is None:
        return GONE
    if row.status not in statuses:
        return NOT_WAITING if statuses == (Status.WAITING,) else NO_SEAT
    return _why_not_of(row.event)


def _why_not_of(event: Event) -> str | None:
    if event.is_cancelled:
        return CANCELLED
    return OVER if event.is_over else None


def _write(
    mail: OutgoingMail,
    row: Registration,
    pattern: Pattern,
    what: str,
    kind: str | None = None,
    way_in: str = "",
) -> None:
    # A mail that had no name was caused by a form; it gets none now either.
    write(mail, pattern.to(row, what, kind, way_in, is_named=bool(mail.to_name)))
