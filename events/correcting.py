"""Staff correct the address of a registration, and what is true of it now goes to the new one."""

from enum import Enum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower, Now

from competencyworks.core.email_addresses import normalized, readable
from competencyworks.core.mail import sending
from competencyworks.core.models import OutgoingMail

from . import letters, seats
from .models import Event, Registration
from .registration import CannotRegister, NoSuchPlace
from .undelivered import refused
from .video_service import places

Status = Registration.Status
# Written anew when they go, and sent once: they go to the new address in place of the old one.
MESSAGES = ("registration.message", "registration.follow-up")
CORRECTED = f"{sending.NO_LONGER_DUE}the address of the registration was corrected."


class Outcome(Enum):
    """What goes to the address now, as the person who corrected it is told."""

    SEAT = "A confirmation will be emailed to {} shortly."
    WAITING = "An email about the waiting list will be sent to {} shortly."
    CANCELLED = "An email that the event is canceled will be sent to {} shortly."
    AGAIN = "The email to {} will be tried again shortly."
    NOTHING = "The address is now {}. No confirmation was sent, because the event is over."


@transaction.atomic
def correct(registration: Registration, email: str, *, seen: str) -> Outcome:
    """
    Give the registration the address `email`, and mail to it what is true now. The links that
    were mailed to the old address open nothing from then on.

    `seen` is the address that whoever corrects it saw. The same address again: what it refused is
    tried again. Raises CannotRegister, in words for staff.
    """
    event = seats.locked(registration.event_id)
    stored = Registration.objects.get(pk=registration.pk)
    stored.event = event
    try:
        email = normalized(email)
    except ValidationError as error:
        raise CannotRegister(" ".join(error.messages), "email") from error
    _check(stored, email, seen)
    if email == stored.email:
        return _try_again(stored)
    old, stored.email, stored.verified_at = stored.email, email, None
    stored.corrections += 1
    places.forget(Registration.objects.filter(pk=stored.pk))
    stored.save(update_fields=["email", "verified_at", "corrections"])
    _move_mails(stored, old)
    return _tell(event, stored)


def _check(stored: Registration, email: str, seen: str) -> None:
    if stored.anonymous_at or stored.status == Status.CANCELLED:
        raise NoSuchPlace("This registration is canceled, so its address cannot be corrected.")
    if stored.email != seen:
        raise CannotRegister(
            f"A colleague changed this address to {readable(stored.email)} in the meantime. "
            "Check whether it still needs to be corrected.",
            "email",
        )
    others = stored.event.registrations.exclude(pk=stored.pk).exclude(status=Status.CANCELLED)
    if other := others.annotate(address=Lower("email")).filter(address=email).first():
        raise CannotRegister(
            f"{other} already registered for this event with the address {readable(email)}. Enter "
            "another address, or cancel one of the two registrations.",
            "email",
        )


def _try_again(stored: Registration) -> Outcome:
    mails = OutgoingMail.objects.filter(about=f"registration-{stored.pk}", to_email=stored.email)
    if not sending.try_again(refused(mails)):
        raise CannotRegister(
            "The registration already has this address. Enter the corrected one.", "email"
        )
    return Outcome.AGAIN


def _move_mails(stored: Registration, old: str) -> None:
    """Send nothing more to the old address; what was written by hand goes to the new one."""
    mails = OutgoingMail.objects.filter(about=f"registration-{stored.pk}", to_email=old)
    unsent = mails.filter(sent_at=None)
    written = unsent.filter(kind__in=MESSAGES).exclude(error__startswith=sending.NO_LONGER_DUE)
    # Not what is being sent at this moment.
    written.filter(Q(leased_until=None) | Q(leased_until__lt=Now())).update(
        to_email=stored.email, due_at=Now(), attempts=0, failed_at=None, error=""
    )
    sending.give_up(mails, CORRECTED)


def _tell(event: Event, stored: Registration) -> Outcome:
    if event.is_cancelled:
        outcome = Outcome.CANCELLED
    elif event.is_over:
        return Outcome.NOTHING
    else:
        outcome = Outcome.SEAT if stored.status == Status.CONFIRMED else Outcome.WAITING
    letters.to_corrected_address(stored)
    return outcome
