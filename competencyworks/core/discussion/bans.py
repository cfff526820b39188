"""Whose comments are not taken."""

import re
from ipaddress import ip_address, ip_network

from django.core.exceptions import ValidationError
from django.db.models import Q

from ..client_address import hashes, network_of
from ..email_addresses import normalized as normalize_email
from ..models import Ban, Comment, DiscussionSettings
from ..prepared import Answers, Statement

Kind = Ban.Kind
WILDCARD = re.compile(r"[*?%]")  # a ban has no wildcards
# The widest network that can be banned: what a provider or a university has.
WIDEST = {4: 16, 6: 32}
# Written out: they are asked of every comment, and building them costs more than their answers.
_RULES = (
    "SELECT most_links, words_that_wait, words_of_spam FROM core_discussionsettings WHERE id = 1"
)
_BANS = """
SELECT kind, value FROM core_ban
WHERE (kind = 'email' AND value = ANY(%s)) OR (kind = 'sender' AND value = ANY(%s))
OR (kind = 'network' AND %s)
"""


def questions(email: str, address: str, network: str) -> dict[str, Statement]:
    """
    What rules() and is_banned() must be told the answers of, for `email`, the IP `address` and the
    network with the keyed hash `network` ('' is not told).
    """
    networks = hashes(network_of(address)) if address else [network]
    return {"rules": (_RULES, ()), "bans": (_BANS, (_names_of(email), networks, bool(address)))}


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
            network = ip_network(value, strict=False)
        except ValueError as error:
            raise ValidationError(
                "Enter a network, such as 203.0.113.0/24, or an IP address."
            ) from error
        if network.prefixlen < (widest := WIDEST[network.version]):
            raise ValidationError(
                f"{network} is too large: it would refuse readers who have done nothing wrong. Ban "
                f"a network no larger than /{widest}, or preferably a /24 or a single address."
                if network.version == 4
                else f"{network} is too large: it would refuse readers who have done nothing "
                f"wrong. Ban a network no larger than /{widest}, or preferably a /64."
            )
        return str(network)
    if kind == Kind.EMAIL:
        if WILDCARD.search(value):
            domain = value.rpartition("@")[2].lstrip("*?.")
            example = domain if "." in domain and not WILDCARD.search(domain) else "example.org"
            raise ValidationError(f"Enter @{example}, which covers every address at that domain.")
        try:
            named = normalize_email(value if not value.startswith("@") else f"x{value}")
        except ValidationError as error:
            raise ValidationError(
                "Enter an email address, such as ann@example.org, or @example.org for the whole "
                "domain."
            ) from error
        return named if not value.startswith("@") else named[1:]
    return value


def _names_of(email: str) -> list[str]:
    """
    The address, '@domain' for its domain and those above it, and the hash that takes the place of
    an address that was erased.
    """
    email = email.strip().lower()
    labels = email.rpartition("@")[2].split(".")
    domains = (".".join(labels[place:]) for place in range(len(labels) - 1))
    return [email, *(f"@{domain}" for domain in domains), *hashes(email)] if email else []
