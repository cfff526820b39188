"""The token of a registration's form: for which event it was made, and what is said of its age."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature

from competencyworks.core import form_tokens

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
    return form_tokens.mint(SALT, event.pk)


def read(event: Event, token: str) -> FormToken:
    """What `token` says. Raises BadFormToken if it is none of this event's, or too old."""
    try:
        (key,), nonce, age = form_tokens.read(SALT, token)
    except BadSignature as error:
        raise BadFormToken("Review what you entered and send the form again.") from error
    if key != str(event.pk):
        raise BadFormToken(
            "This form was for another event. Send it again to register for this one."
        )
    if age > TOO_OLD:
        raise BadFormToken("This page was open for more than a day. Send the form again.")
    return FormToken(nonce, age)
