"""
Tokens of links in mails: made of a value and our key alone, so that a later mail can make the
same one again, and nothing has to be stored.

A token has no age; whether what it asks for is still possible, the row that it names decides.
"""

from django.core.signing import BadSignature, Signer


class BadToken(ValueError):
    """A token that we did not make, or made for something else."""


def make(purpose: str, value: str | int) -> str:
    """The token by which a link may do `purpose` to `value`, safe in an address."""
    return Signer(salt=purpose).sign(str(value)).replace(":", ".")


def read(purpose: str, token: str) -> str:
    """The value that make() was given. Raises BadToken for what it did not make."""
    value, _, signature = token.rpartition(".")
    try:
        return Signer(salt=purpose).unsign(f"{value}:{signature}")
    except BadSignature as error:
        raise BadToken("not a token of ours") from error
