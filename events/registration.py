"""
What a registrant, or staff in their place, may do: register, change, cancel; and what an organizer
does to the seats. Each is one function and one transaction, its mail included.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from . import letters, seats
from .models import Event, Invitation, Registration

Status = Registration.Status
ALL_TAKEN = (
    "All seats are taken, and this event has no waiting list. If you have registered already, your "
    "mail says so."
)
FORM_USED = "This form has been sent already. Look through it and send it once more."


class CannotRegister(ValueError):
    """Why not, for the person who tries; `field` names the field of the form it is about."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotOpen(CannotRegister):
    """Registration has not begun, or is over, or there is none."""


class Full(CannotRegister):
    """No seat is free for the party, and nobody can wait."""


class BadInvitation(CannotRegister):
    """The code is not one of the event's, or is used up."""


class FormUsed(CannotRegister):
    """The form has made a registration already, of another address or cancelled since."""


class NoSuchPlace(CannotRegister):
    """The registration was cancelled, or its event is over or cancelled."""


@dataclass(frozen=True)
class Party:
    """What somebody says who registers; checked by the form."""

    name: str
    email: str
    organization: str = ""
    role: str = ""
    seats: int = 1
    companions: list[str] = field(default_factory=list)
    online: bool = True
    answers: dict = field(default_factory=dict)
    code: str = ""


def why_closed(event: Event) -> str | None:
    """Why nobody can register for `event` now, as told to visitors; None if one can."""
    now = timezone.now()
    if event.is_cancelled:
        return "This event has been cancelled."
    if event.ends_at <= now:
        return "This event is over."
    if event.sign_up != Event.SignUp.FORM or not event.is_public:
        return "There is no registration for this event here."
    if event.opens_at and now < event.opens_at:
        return "Registration has not opened yet."
    if event.closes_at and now >= event.closes_at:
        return "Registration has closed."
    return None


def register(
    event_id: int, party: Party, *, walk_in: bool = False, nonce: str | None = None
) -> Registration:
    """
    Register `party` for the event: confirmed if it fits, waiting if not.

    An address that is registered already gets the mail about its registration again, and that
    registration is returned, unchanged, or the refusal raised that a new one would meet: the
    caller tells nobody which of the two it was. One form (`nonce`) makes one registration. A
    walk-in, entered by staff, passes dates, codes and capacity. Raises Event.DoesNotExist,
    NotOpen, BadInvitation, Full, FormUsed.
    """
    with transaction.atomic():
        event = seats.locked(event_id)
        if walk_in and event.is_cancelled:
            raise NotOpen("This event has been cancelled.")
        if not walk_in and (reason := why_closed(event)):
            raise NotOpen(reason)
        registration, refusal = _register(event, party, walk_in, nonce)
    if refusal:
        raise refusal
    return registration


def _register(
    event: Event, party: Party, walk_in: bool, nonce: str | None
) -> tuple[Registration | None, CannotRegister | None]:
    """The registration that is there now, and why `party` could not have a new one."""
    known, used = _known(event, party.email, nonce)
    if used:
        same = known is not None and known.pk == used.pk
        return (known, None) if same else (None, FormUsed(FORM_USED))
    fits = walk_in or seats.fits(event, party.seats)
    refusal = None if walk_in else _refusal(event, party, fits)
    invitation = None
    if not refusal and not walk_in and event.by_invitation:
        invitation, refusal = _invitation(event, party.code)
    if known:
        letters.send_again(known)
        return known, refusal
    if refusal:
        return None, refusal
    if invitation:
        Invitation.objects.filter(pk=invitation.pk).update(used=F("used") + 1)
    now = timezone.now()
    registration = Registration.objects.create(
        event=event,
        status=Status.CONFIRMED if fits else Status.WAITING,
        confirmed_at=now if fits else None,
        created_at=now,
        is_walk_in=walk_in,
        invitation=invitation,
        nonce=nonce,
        **_said(party),
    )
    if not fits:
        letters.waiting(registration)
    elif not event.is_over:  # a walk-in may be entered afterwards
        letters.confirmed([registration])
    return registration, None


@transaction.atomic
def cancel(registration: Registration) -> None:
    """
    Give the place back; who waits gets it. Nothing happens where it was cancelled before.

    Raises NoSuchPlace once the event is over.
    """
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status == Status.CANCELLED:
        return
    if event.is_over:
        raise NoSuchPlace("The event is over; there is nothing left to cancel.")
    _give_back(stored)
    letters.place_given_back(stored)
    _fill(event)


@transaction.atomic
def give_back_unseen(registration: Registration) -> None:
    """As cancel(), without a mail, for a person whose data are erased; past events stay as is."""
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status == Status.CANCELLED or event.is_over:
        return
    _give_back(stored)
    _fill(event)


@transaction.atomic
def change(registration: Registration, party: Party) -> Registration:
    """
    Replace what the registrant said; the address stays.

    Fewer seats free some at once. More are given to a confirmed party only if they are free (Full,
    and nothing changes, if not); a waiting one keeps its place. Raises NoSuchPlace.
    """
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status == Status.CANCELLED or event.is_cancelled or event.is_over:
        raise NoSuchPlace("This registration can no longer be changed.")
    more = party.seats - stored.seats
    if more > 0:
        if party.seats > event.largest_party:
            message = f"At most {event.largest_party} seats in one registration."
            raise CannotRegister(message, "seats")
        if stored.status == Status.CONFIRMED and not seats.fits(event, more):
            raise Full("So many seats are not free. Your registration is as it was.", "seats")
        if event.capacity is not None and party.seats > event.capacity:
            raise CannotRegister(f"This event has {event.capacity} seats in all.", "seats")
    for name, value in _said(party).items():
        if name != "email":
            setattr(stored, name, value)
    stored.save()
    _fill(event)
    stored.refresh_from_db()
    return stored


@transaction.atomic
def set_capacity(event_id: int, capacity: int | None) -> list[Registration]:
    """Change the number of seats; returns those who got one by it."""
    event = seats.locked(event_id)
    event.capacity = capacity
    event.save()
    return _fill(event)


@transaction.atomic
def promote(registration: Registration) -> None:
    """
    Give a waiting party its seats out of turn. Raises Full if they are not free, NoSuchPlace if it
    does not wait.
    """
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status != Status.WAITING or event.is_cancelled or event.is_over:
        raise NoSuchPlace(f"{stored} does not wait for a seat.")
    if not seats.fits(event, stored.seats):
        raise Full(f"There are not {stored.seats} free seats for {stored}.")
    stored.status, stored.confirmed_at = Status.CONFIRMED, timezone.now()
    stored.save(update_fields=["status", "confirmed_at"])
    letters.promoted([stored])


def _give_back(stored: Registration) -> None:
    stored.status, stored.cancelled_at = Status.CANCELLED, timezone.now()
    stored.save(update_fields=["status", "cancelled_at"])
    if stored.invitation_id:
        Invitation.objects.filter(pk=stored.invitation_id).update(used=F("used") - 1)


def _fill(event: Event) -> list[Registration]:
    if event.is_cancelled or event.is_over:
        return []
    seated = seats.fill(event)
    letters.promoted(seated)
    return seated


def _stored(registration: Registration) -> Registration:
    """The registration as it is under the event's lock, with which it may have changed."""
    return Registration.objects.select_related("event").get(pk=registration.pk)


def _said(party: Party) -> dict:
    names = ("name", "email", "organization", "role", "seats", "companions", "online", "answers")
    return {name: getattr(party, name) for name in names}


def _known(
    event: Event, email: str, nonce: str | None
) -> tuple[Registration | None, Registration | None]:
    """The registration of the address, and the one that came of the form `nonce`, if there are."""
    here = Q(address=Lower(Value(email))) & ~Q(status=Status.CANCELLED) & ~Q(email="")
    rows = event.registrations.annotate(address=Lower("email"))
    known = used = None
    for row in rows.filter(here | Q(nonce=nonce) if nonce else here):
        row.event = event
        if row.nonce and row.nonce == nonce:
            used = row
        if row.email and row.email.lower() == email.lower() and row.status != Status.CANCELLED:
            known = row
    return known, used


def _refusal(event: Event, party: Party, fits: bool) -> CannotRegister | None:
    """Why the party cannot register, as far as its seats say."""
    if party.seats > event.largest_party:
        return CannotRegister(f"At most {event.largest_party} seats in one registration.", "seats")
    if not fits and not event.has_waiting_list:
        return Full(ALL_TAKEN)
    if not fits and party.seats > event.capacity:
        return CannotRegister(f"This event has {event.capacity} seats in all.", "seats")
    return None


def _invitation(event: Event, code: str) -> tuple[Invitation | None, BadInvitation | None]:
    """The invitation of that code, or why it lets nobody in."""
    invitation = event.invitations.filter(code__iexact=code.strip()).first()
    if invitation is None:
        message = "This code is not one of this event's. Check its letters."
        return None, BadInvitation(message, "code")
    # The event's lock is held, and each registration by a code takes it.
    if invitation.uses is not None and invitation.used >= invitation.uses:
        message = "This code has been used up. Ask who invited you."
        return None, BadInvitation(message, "code")
    return invitation, None
