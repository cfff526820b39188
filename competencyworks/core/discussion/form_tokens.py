"""
What a form carries besides its fields: for which item it was made, when, and a number used once.

Signed, and made where no cache keeps it: pages of items hold no token.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner, b62_decode
from django.db import models
from django.utils import timezone

SALT = "comment.form"
TOO_FAST = 3.0  # seconds in which nobody writes a comment
TOO_OLD = timedelta(hours=24).total_seconds()
# A token of the second step: who has it was shown the comment before.
PREVIEWED = "previewed"


class BadFormToken(ValueError):
    """A token that we did not make, or made for another item."""


@dataclass(frozen=True)
class FormToken:
    nonce: str
    age: float  # seconds
    previewed: bool

    @property
    def is_too_fast(self) -> bool:
        return not self.previewed and self.age < TOO_FAST

    @property
    def is_too_old(self) -> bool:
        return self.age > TOO_OLD


def mint(item: models.Model, previewed: bool = False) -> str:
    """A new token for a form under `item`."""
    step = PREVIEWED if previewed else "first"
    value = f"{item._meta.label_lower}/{item.pk}/{step}/{secrets.token_urlsafe(18)}"
    return TimestampSigner(salt=SALT).sign(value)


def read(item: models.Model, token: str) -> FormToken:
    """What `token` says. Raises BadFormToken if it was not minted for `item`."""
    signer = TimestampSigner(salt=SALT)
    try:
        value = signer.unsign(token)
    except BadSignature as error:
        raise BadFormToken("not a form of ours") from error
    label, pk, step, nonce = value.split("/")
    if (label, pk) != (item._meta.label_lower, str(item.pk)):
        raise BadFormToken("the form of another item")
    made = b62_decode(token.split(":")[-2])
    return FormToken(nonce, timezone.now().timestamp() - made, step == PREVIEWED)
