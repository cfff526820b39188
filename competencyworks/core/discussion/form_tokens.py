"""The token of a comment's form: for which item it was made, and at which step."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature
from django.db import models

from .. import form_tokens

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
    return form_tokens.mint(SALT, item._meta.label_lower, item.pk, step)


def read(item: models.Model, token: str) -> FormToken:
    """What `token` says. Raises BadFormToken if it was not minted for `item`."""
    try:
        (label, pk, step), nonce, age = form_tokens.read(SALT, token)
    except BadSignature as error:
        raise BadFormToken("not a form of ours") from error
    if (label, pk) != (item._meta.label_lower, str(item.pk)):
        raise BadFormToken("the form of another item")
    return FormToken(nonce, age, step == PREVIEWED)
