"""The token of a form for suggestions: what it is for, of which revision, and at which step."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature
from django.db import models

from competencyworks.core import form_tokens

SALT = "wiki.suggestion"
TOO_FAST = 3.0  # seconds in which nobody writes a suggestion
TOO_OLD = timedelta(hours=48).total_seconds()  # a text may be thought about over night
PREVIEWED = "previewed"  # who has such a token was shown what they send


class BadFormToken(ValueError):
    """A token that we did not make, or made for something else."""


@dataclass(frozen=True)
class FormToken:
    nonce: str
    age: float  # seconds
    base: int  # number of the revision that was shown; 0 where there is none
    previewed: bool

    @property
    def is_too_fast(self) -> bool:
        return not self.previewed and self.age < TOO_FAST

    @property
    def is_too_old(self) -> bool:
        return self.age > TOO_OLD


def mint(item: models.Model | None, base: int = 0, *, previewed: bool = False) -> str:
    """A new token for a form about `item`, whose revision `base` it shows; None: a new resource."""
    return form_tokens.mint(SALT, *_names(item), base, PREVIEWED if previewed else "first")


def read(item: models.Model | None, token: str) -> FormToken:
    """What `token` says. Raises BadFormToken if it was not minted for `item`."""
    try:
        (label, pk, base, step), nonce, age = form_tokens.read(SALT, token)
    except BadSignature as error:
        raise BadFormToken("not a form of ours") from error
    if (label, pk) != tuple(map(str, _names(item))):
        raise BadFormToken("the form of another item")
    return FormToken(nonce, age, int(base), step == PREVIEWED)


def _names(item: models.Model | None) -> tuple[str, int]:
    return (item._meta.label_lower, item.pk) if item is not None else ("new", 0)
