"""
The mails to registrants, each written in the transaction of the act that causes it. A registration
is confirmed at most once, so its mail's key needs no more than its number.
"""

from django.conf import settings
from django.utils import timezone

from competencyworks.core.mail.outbox import Mail, queue

from .models import Registration


def own_page(registration: Registration) -> str:
    """The address of the registrant's own page, with its token."""
    return f"{settings.SITE_URL}/events/registration/{registration.token}/"


def confirmed(registrations: list[Registration]) -> None:
    queue(_mail(each, "confirmed", "You are registered") for each in registrations)


def promoted(registrations: list[Registration]) -> None:
    """As confirmed(), for those who waited: the same key, as there is one confirmation."""
    queue(_mail(each, "confirmed", "A seat is yours") for each in registrations)


def waiting(registration: Registration) -> None:
    queue([_mail(registration, "waiting", "You are on the waiting list")])


def place_given_back(registration: Registration) -> None:
    queue([_mail(registration, "given-back", "Your registration is cancelled")])


def send_again(registration: Registration) -> None:
    """The registration's present state once more, at most once an hour."""
    hour = f"{timezone.now():%Y%m%d%H}"
    queue([_mail(registration, f"again-{hour}", "Your registration")])


def _mail(registration: Registration, what: str, subject: str) -> Mail:
    event = registration.event
    return Mail(
        key=f"registration-{registration.pk}-{what}",
        kind=f"registration.{what.partition('-2')[0]}",
        to_email=registration.email,
        to_name=registration.name,
        subject=f"{subject}: {event.title}",
        text=f"{event.title}\n\nYour own page: {own_page(registration)}\n",
    )
