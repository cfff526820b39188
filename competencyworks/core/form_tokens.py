"""
What a public form carries besides its fields: what it was made for, when, and a number used once.

Signed, and made where no cache keeps it: pages that are cached hold no token. Which age is too
young or too old, and what is said then, each form knows for itself.
"""

import secrets

from django.core.signing import TimestampSigner, b62_decode
from django.utils import timezone


def mint(salt: str, *parts: str | int) -> str:
    """A new token of the kind `salt`; `parts`, which hold no slash, say what it is for."""
    value = "/".join([*map(str, parts), secrets.token_urlsafe(18)])
    return TimestampSigner(salt=salt).sign(value)


def read(salt: str, token: str) -> tuple[list[str], str, float]:
    """
    The parts that mint() was given, the number used once, and the age in seconds.

    Raises django.core.signing.BadSignature for what mint() did not make with this `salt`.
    """
    *parts, nonce = TimestampSigner(salt=salt).unsign(token).split("/")
    made = b62_decode(token.split(":")[-2])
    return parts, nonce, timezone.now().timestamp() - made
