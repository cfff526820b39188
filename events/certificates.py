"""
Certificates of attendance. The code of one is made of the registration's key and our secret, so
nothing is stored: whether it holds, the registration says each time that somebody looks.
"""

from django.conf import settings

from competencyworks.core import tokens

from .models import Registration

PURPOSE = "certificate"


class NoLongerValid(ValueError):
    """The code is one of ours, but what it certified no longer holds, or is no longer stored."""


def is_earned(registration: Registration) -> bool:
    """Whether somebody was there, at an event that took place and is over."""
    event = registration.event
    return (
        registration.status == Registration.Status.CONFIRMED
        and registration.attended is True
        and registration.anonymous_at is None
        and event.is_over
        and not event.is_cancelled
    )


def code_of(registration: Registration) -> str:
    """What anyone can verify the certificate by; nobody can make it up, or find others by it."""
    return tokens.make(PURPOSE, registration.pk)


def path_of(registration: Registration) -> str:
    return f"/events/certificates/{code_of(registration)}/"


def url_of(registration: Registration) -> str:
    return f"{settings.SITE_URL}{path_of(registration)}"


def by_code(code: str) -> Registration | None:
    """
    The registration that earned the certificate with this code; None if the code is none of ours.
    Raises NoLongerValid.
    """
    try:
        key = tokens.read(PURPOSE, code)
    except tokens.BadToken:
        return None
    rows = Registration.objects.select_related("event").defer("event__vector", "event__html")
    found = rows.filter(pk=key, event__trashed_at=None).first()
    if found is None or not is_earned(found):
        raise NoLongerValid("the certificate was withdrawn, or its registration was deleted")
    return found
