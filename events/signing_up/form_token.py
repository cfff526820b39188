"""
What a registration form carries beside its fields: for which event it was made, when, and a
number used once. Signed; the page that holds it is kept by no cache.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner, b62_decode
from django.utils import timezone

from ..models import Event

SALT = "registration.form"
# Seconds in which nobody gives a name and an address, even where the browser fills them in.
TOO_FAST = 1.0
TOO_OLD = timedelta(hours=24).total_seconds()


class BadFormToken(ValueError):
    """No token, or one that cannot be taken; the message is for whoever filled in the form."""


@dataclass(frozen=True)
class FormToken:
    nonce: str
    age: float  # seconds

    @property
    def is_too_fast(self) -> bool:
        return self.age < TOO_FAST


def mint(event: Event) -> str:
    """A new token for the form of `event`."""
    return TimestampSigner(salt=SALT).sign(f"{event.pk}/{secrets.token_urlsafe(18)}")


def read(event: Event, token: str) -> FormToken:
    """What `token` says. Raises BadFormToken if it is none of this event's, or too old."""
    try:
        value = TimestampSigner(salt=SALT).unsign(token)
    except BadSignature as error:
        raise BadFormToken("Look through what you entered and send it once more.") from error
    key, _, nonce = value.partition("/")
    if key != str(event.pk):
        raise BadFormToken("This form belonged to another event. Send it once more for this one.")
    made = b62_decode(token.split(":")[-2])
    age = timezone.now().timestamp() - made
    if age > TOO_OLD:
        raise BadFormToken("This page was open for more than a day. Send the form once more.")
    return FormToken(nonce, age)
