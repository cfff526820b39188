"""Whose comments are not taken."""

from ipaddress import ip_address, ip_network

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from ..models import Ban, Comment, DiscussionSettings
from ..prepared import Answers, Statement

Kind = Ban.Kind
# Written out: they are asked of every comment, and building them costs more than their answers.
_RULES = (
    "SELECT most_links, words_that_wait, words_of_spam FROM core_discussionsettings WHERE id = 1"
)
_BANS = """
SELECT kind, value FROM core_ban
WHERE (kind = 'email' AND value = ANY(%s)) OR (kind = 'sender' AND value = %s)
OR (kind = 'network' AND %s)
"""


def questions(email: str, address: str, network: str) -> dict[str, Statement]:
    """
    What rules() and is_banned() must be told the answers of, for `email`, the IP `address` and the
    network with the keyed hash `network` ('' is not told).
    """
    return {"rules": (_RULES, ()), "bans": (_BANS, (_names_of(email), network, bool(address)))}


def rules(answers: Answers) -> DiscussionSettings:
    """The settings of the discussion, as far as a verdict needs them."""
    found = answers["rules"]  # no row: as the fields say
    return DiscussionSettings(**found[0]) if found else DiscussionSettings()


def is_banned(answers: Answers, address: str) -> bool:
    return any(_covers(row["kind"], row["value"], address) for row in answers["bans"])


def _covers(kind: str, value: str, address: str) -> bool:
    return kind != Kind.NETWORK or ip_address(address) in ip_network(value)


def bans_of(comment: Comment) -> list[Ban]:
    """The bans that the writer or the network of a stored comment is under. One query."""
    wanted = Q(kind=Kind.EMAIL, value__in=_names_of(comment.email))
    if comment.network:
        wanted |= Q(kind=Kind.SENDER, value=comment.network)
    return list(Ban.objects.filter(wanted))


def ban(kind: str, value: str, *, by=None, reason: str = "") -> bool:
    """Ban an e-mail address or a network (CIDR, keyed hash); False if it was banned already."""
    defaults = {"reason": reason[:300], "created_by": by}
    return Ban.objects.get_or_create(kind=kind, value=normalized(kind, value), defaults=defaults)[1]


def normalized(kind: str, value: str) -> str:
    """`value` as bans are compared. Raises ValidationError that says what is wanted."""
    value = value.strip().lower()
    if kind == Kind.NETWORK:
        try:
            return str(ip_network(value, strict=False))
        except ValueError as error:
            raise ValidationError("Write a network as 203.0.113.0/24 or an address.") from error
    if kind == Kind.EMAIL:
        try:
            validate_email(value if not value.startswith("@") else f"x{value}")
        except ValidationError as error:
            raise ValidationError(
                "Write ann@example.org, or @example.org for all of it."
            ) from error
    return value


def _names_of(email: str) -> list[str]:
    """The address, and '@domain' for its domain and those above it."""
    email = email.strip().lower()
    labels = email.rpartition("@")[2].split(".")
    domains = (".".join(labels[place:]) for place in range(len(labels) - 1))
    return [email, *(f"@{domain}" for domain in domains)] if email else []
