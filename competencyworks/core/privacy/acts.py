"""Exporting and erasing what all rooms hold of a person."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from ..email_addresses import stored_form
from .erasure import Erasure
from .registry import holders
from .traces import Trace, traces


class CannotErase(ValueError):
    """The address is none; the message says so."""


@dataclass(frozen=True)
class Erased:
    """What an erasure did: rows by kind, and where the address still stands."""

    counts: dict[str, int]
    left: list[Trace]


def export_person(email: str) -> dict[str, Any]:
    """All that is held of the person with this address, by kind, as plain values."""
    email = _checked(email)
    held = {kind: each.export(email) for kind, each in holders().items()}
    return {"email": email, "made_at": timezone.now().isoformat(), "held": held}


@transaction.atomic
def erase_person(
    email: str, *, words: bool = False, profile: bool = False, account: bool = False
) -> Erased:
    """
    Erase what is held of the person with this address, in every room, in one transaction.

    With `words` what they wrote as a reader goes too (threads keep a note in its place), with
    `profile` their public page and name as an author, with `account` their account of staff is
    deactivated and loses its user name. Raises CannotErase. To do it twice does no
    harm.
    """
    email, all_of_them = _checked(email), holders()
    erasure = Erasure(
        email,
        names=frozenset().union(*(each.names(email) for each in all_of_them.values())),
        marks=frozenset().union(*(each.marks(email) for each in all_of_them.values())),
        words=words,
        profile=profile,
        account=account,
    )
    counts = {kind: each.erase(erasure) for kind, each in all_of_them.items()}
    return Erased(counts, traces(email))


def _checked(email: str) -> str:
    email = stored_form(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise CannotErase("This is not an email address.") from error
    return email
