"""
What a registrant, or staff in their place, may do: register, change, cancel; and what an organizer
does to the seats. Each is one function and one transaction, its mail included.
"""

from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from competencyworks.core.email_addresses import stored_form
from competencyworks.core.mail import strangers

from . import free_seats, letters, seats, stored_answers
from .models import Event, Invitation, Registration

Status = Registration.Status
ALL_TAKEN = (
    "All seats are taken, and this event has no waiting list. If you already registered, check "
    "your email for your registration."
)
LIST_CLOSED = (
    "All seats are taken, and the waiting list is closed. If you already registered, check your "
    "email for your registration."
)
FORM_USED = "This form was already sent. Review it and send it again."


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
    # Keys of the questions that the form asked; None: those that are answered.
    asked: frozenset[str] | None = None
    code: str = ""


def why_closed(event: Event) -> str | None:
    """Why nobody can register for `event` now, as told to visitors; None if one can."""
    now = timezone.now()
    if event.is_cancelled:
        return "This event has been canceled."
    if event.ends_at <= now:
        return "This event is over."
    if event.sign_up != Event.SignUp.FORM or not event.is_public:
        return "You cannot register for this event on this site."
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
    registration is returned, unchanged unless it gets a free seat, or the refusal raised that a new
    one would meet: the caller tells nobody which of the two it was. One form (`nonce`) makes one
    registration. A walk-in, entered by staff, passes dates, codes and capacity. Raises
    Event.DoesNotExist, NotOpen, BadInvitation, Full, FormUsed.
    """
    with transaction.atomic():
        event = seats.locked(event_id)
        if walk_in and event.is_cancelled:
            raise NotOpen("This event has been canceled.")
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
    party = replace(party, email=stored_form(party.email))
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
        if not refusal and not walk_in and _takes_free_seat(event, known):
            _seat(known)
        else:
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
        calendar_sequence=_calendar_sequence(event, party.email),
        **_said(party),
    )
    if not walk_in:
        letters.of_form(registration)
    elif not event.is_over:  # a walk-in may be entered afterwards
        letters.confirmed([registration])
    return registration, None


@transaction.atomic
def verify(registration: Registration) -> None:
    """Remember that the owner of the address has acted on this registration by its mailed link."""
    strangers.prove(registration.email)
    if not registration.is_verified:
        registration.verified_at = timezone.now()
        rows = Registration.objects.filter(pk=registration.pk, email=registration.email)
        rows.filter(verified_at=None).update(verified_at=registration.verified_at)


@transaction.atomic
def cancel(registration: Registration, *, by_staff: bool = False) -> None:
    """
    Give the place back; who waits gets it. Nothing happens where it was cancelled before. The mail
    says who did it.

    Raises NoSuchPlace once the event is over.
    """
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status == Status.CANCELLED:
        return
    _check_address(stored, registration)
    if event.is_over:
        raise NoSuchPlace("The event is over, so there is nothing to cancel.")
    _give_back(stored)
    letters.place_given_back(stored, by_staff=by_staff)
    free_seats.pass_on(event)


@transaction.atomic
def give_back_unseen(registration: Registration) -> None:
    """As cancel(), without a mail, for a person whose data are erased; past events stay as is."""
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status == Status.CANCELLED or event.is_over:
        return
    _give_back(stored)
    free_seats.pass_on(event)


@transaction.atomic
def change(registration: Registration, party: Party) -> Registration:
    """
    Replace what the registrant said; the address stays, and so do answers to questions that
    `party` was not asked.

    Fewer seats free some at once. More are given to a confirmed party only if they are free (Full,
    and nothing changes, if not); a waiting one keeps its place. Raises NoSuchPlace.
    """
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status == Status.CANCELLED or event.is_cancelled or event.is_over:
        raise NoSuchPlace("This registration can no longer be changed.")
    _check_address(stored, registration)
    more = party.seats - stored.seats
    if more > 0:
        if party.seats > event.largest_party:
            message = f"You can reserve up to {event.largest_party} seats in one registration."
            raise CannotRegister(message, "seats")
        if stored.status == Status.CONFIRMED and not seats.fits(event, more):
            raise Full(
                "There are not enough free seats. Your registration has not changed.", "seats"
            )
        if event.capacity and party.seats > event.capacity:
            raise CannotRegister(f"This event has only {event.capacity} seats.", "seats")
    said = _said(party)
    said["answers"] = stored_answers.merged(stored.answers, party.answers, party.asked)
    stored.former_answers = stored_answers.without_taken_back(
        stored.former_answers, stored.answers, said["answers"]
    )
    for name, value in said.items():
        if name != "email":
            setattr(stored, name, value)
    stored.save()
    free_seats.pass_on(event)
    stored.refresh_from_db()
    return stored


def may_correct_name(registration: Registration) -> bool:
    """
    Whether the name alone can still be changed: certificates carry it, and they are made once the
    event is over, when nothing else of the registration can change.
    """
    event = registration.event
    had_seat = registration.status == Status.CONFIRMED and registration.anonymous_at is None
    return had_seat and event.is_over and not event.is_cancelled and not event.trashed_at


@transaction.atomic
def correct_name(registration: Registration, name: str) -> None:
    """
    Spell the registrant's own name anew once the event is over; change() does it before. Raises
    NoSuchPlace.
    """
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    stored.event = event
    if not may_correct_name(stored):
        raise NoSuchPlace("The name of this registration cannot be changed.")
    _check_address(stored, registration)
    stored.name = name
    stored.save(update_fields=["name"])


@transaction.atomic
def set_capacity(event_id: int, capacity: int | None) -> list[Registration]:
    """
    Change the number of seats; returns those who got one by it. Added seats go to the waiting list
    until the event is over, whatever the time until which seats are passed on.
    """
    event = seats.locked(event_id)
    is_raised = event.has_fewer_seats_than(capacity)
    event.capacity = capacity
    event.save()
    return free_seats.give(event) if is_raised else free_seats.pass_on(event)


@transaction.atomic
def promote(registration: Registration) -> None:
    """
    Give a waiting party its seats out of turn. Raises Full if they are not free, NoSuchPlace if it
    does not wait.
    """
    event = seats.locked(registration.event_id)
    stored = _stored(registration)
    if stored.status != Status.WAITING or event.is_cancelled or event.is_over:
        raise NoSuchPlace(f"{stored} is not on the waiting list.")
    if not seats.fits(event, stored.seats):
        raise Full(f"There are not enough free seats for {stored}, who needs {stored.seats}.")
    _seat(stored)


def _seat(stored: Registration) -> None:
    stored.status, stored.confirmed_at = Status.CONFIRMED, timezone.now()
    stored.save(update_fields=["status", "confirmed_at"])
    letters.promoted([stored])


def _calendar_sequence(event: Event, email: str) -> int:
    """
    What lets an invitation replace the cancellations that the address got before: each has one more
    than its invitation (RFC 5546, 2.1.4), and the next invitation has one more than it.
    """
    before = event.registrations.filter(email=email, status=Status.CANCELLED)
    return 2 * before.exclude(confirmed_at=None).count() if email else 0


def _takes_free_seat(event: Event, known: Registration) -> bool:
    """
    Whether somebody who waits gets a seat by registering again: where seats are no longer passed
    on, one that is free would go to anybody else who registers.
    """
    waits = known.status == Status.WAITING and not event.passes_seats_on
    return waits and seats.fits(event, known.seats)


def _give_back(stored: Registration) -> None:
    stored.status, stored.cancelled_at = Status.CANCELLED, timezone.now()
    stored.save(update_fields=["status", "cancelled_at"])
    if stored.invitation_id:
        Invitation.objects.filter(pk=stored.invitation_id).update(used=F("used") - 1)


def _stored(registration: Registration) -> Registration:
    """The registration as it is under the event's lock, with which it may have changed."""
    return Registration.objects.select_related("event").get(pk=registration.pk)


def _check_address(stored: Registration, seen: Registration) -> None:
    """Raise NoSuchPlace where staff have corrected the address since the registration was read."""
    if stored.corrections != seen.corrections:
        raise NoSuchPlace("The email address of this registration was just corrected. Try again.")


def _said(party: Party) -> dict:
    names = ("name", "email", "organization", "role", "seats", "companions", "online", "answers")
    return {name: getattr(party, name) for name in names}


def _known(
    event: Event, email: str, nonce: str | None
) -> tuple[Registration | None, Registration | None]:
    """The registration of the address, and the one that came of the form `nonce`, if there are."""
    here = Q(address=email) & ~Q(status=Status.CANCELLED) & ~Q(email="")
    # As the index of the table has it.
    rows = event.registrations.annotate(address=Lower("email"))
    known = used = None
    for row in rows.filter(here | Q(nonce=nonce) if nonce else here):
        row.event = event
        if row.nonce and row.nonce == nonce:
            used = row
        if row.email and row.address == email and row.status != Status.CANCELLED:
            known = row
    return known, used


def _refusal(event: Event, party: Party, fits: bool) -> CannotRegister | None:
    """Why the party cannot register, as far as its seats say."""
    if party.seats > event.largest_party:
        return CannotRegister(
            f"You can reserve up to {event.largest_party} seats in one registration.", "seats"
        )
    if not fits and not event.has_open_list:
        return Full(LIST_CLOSED if event.has_waiting_list else ALL_TAKEN)
    # An event with 0 seats so far has a waiting list for parties of any size.
    if not fits and event.capacity and party.seats > event.capacity:
        return CannotRegister(f"This event has only {event.capacity} seats.", "seats")
    return None


def _invitation(event: Event, code: str) -> tuple[Invitation | None, BadInvitation | None]:
    """The invitation of that code, or why it lets nobody in."""
    invitation = event.invitations.filter(code__iexact=code.strip()).first()
    if invitation is None:
        message = "This code is not valid for this event. Check that you entered it correctly."
        return None, BadInvitation(message, "code")
    # The event's lock is held, and each registration by a code takes it.
    if invitation.uses is not None and invitation.used >= invitation.uses:
        message = "This code can no longer be used. Ask the person who invited you for a new one."
        return None, BadInvitation(message, "code")
    return invitation, None
