"""Whose comments are not taken."""

from ipaddress import ip_address, ip_network

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.models import Q

from ..models import Ban, Comment, DiscussionSettings

Kind = Ban.Kind
_RULES_AND_BANS = """
SELECT s.most_links, s.words_that_wait, s.words_of_spam, ARRAY(
    SELECT ARRAY[kind::text, value::text] FROM core_ban
    WHERE (kind = 'email' AND value = ANY(%s)) OR (kind = 'sender' AND value = %s)
    OR (kind = 'network' AND %s)
)
FROM (SELECT 1) AS one LEFT JOIN core_discussionsettings s ON s.id = 1
"""


def rules_and_bans(email: str, address: str, network: str) -> tuple[DiscussionSettings, list[str]]:
    """
    The settings of the discussion, and what is banned of `email`, the IP `address` and the network
    with the keyed hash `network` ('' is not told). One query.
    """
    with connection.cursor() as cursor:
        # Written out: this is asked of every comment, and building it costs more than its answer.
        cursor.execute(_RULES_AND_BANS, [_names_of(email), network, bool(address)])
        *values, bans = cursor.fetchone()
    rules = DiscussionSettings()  # as they are where there is no row
    if values[0] is not None:
        rules.most_links, rules.words_that_wait, rules.words_of_spam = values
    return rules, [value for kind, value in bans if _covers(kind, value, address)]


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
