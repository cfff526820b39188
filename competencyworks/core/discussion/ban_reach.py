"""Whom a ban would have caught: what its author is told before it holds."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.contrib.auth import get_user_model
from django.db.models import Count, Q
from django.db.models.functions import Lower

from ..client_address import NETWORK_BITS, hashes
from ..models import Ban, Comment

Kind = Ban.Kind
# Providers of mail at which everybody can have an address.
PROVIDERS = frozenset(
    "aol.com att.net comcast.net gmail.com gmx.com googlemail.com hotmail.com icloud.com "
    "live.com mac.com mail.com me.com msn.com outlook.com proton.me protonmail.com "
    "sbcglobal.net verizon.net yahoo.com ymail.com zoho.com".split()
)
MOST_PARTS = 256  # networks as comments are counted by, in one that is banned


@dataclass(frozen=True)
class Reach:
    """Why somebody should think twice before a ban, in words; nothing for a narrow one."""

    doubts: list[str]

    def __bool__(self) -> bool:
        return bool(self.doubts)


def reach_of(kind: str, value: str, own_address: str = "") -> Reach:
    """
    The reach of a ban of `value` (normalized); `own_address` is the IP address of whoever bans.
    Two queries.
    """
    doubts = _of_email(value) if kind == Kind.EMAIL else _of_network(value, own_address)
    comments = _caught(kind, value)
    counts = comments.aggregate(
        all=Count("pk"),
        approved=Count("pk", filter=Q(status=Comment.Status.APPROVED)),
        people=Count(Lower("email"), distinct=True),
    )
    if counts["approved"] or (doubts and counts["all"]):
        doubts.append(
            f"It would have blocked {_number(counts['all'], 'existing comment')} from "
            f"{_number(counts['people'], 'writer')}, {counts['approved']} of them approved."
        )
    elif doubts:
        doubts.append("It would not have blocked any existing comments.")
    return Reach(doubts)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _of_email(value: str) -> list[str]:
    doubts = []
    if value.startswith("@"):
        domain = value[1:]
        if domain in PROVIDERS:
            doubts.append(f"{domain} is an email provider that many readers use.")
        else:
            doubts.append(f"This bans everyone at {domain} and its subdomains.")
    staff = get_user_model().objects.filter(is_staff=True).filter(_at(value, "email"))
    if names := sorted(str(user) for user in staff):
        doubts.append(f"It covers the email address of a staff member: {', '.join(names)}.")
    return doubts


def _of_network(value: str, own_address: str) -> list[str]:
    network, doubts = ip_network(value), []
    if network.prefixlen < NETWORK_BITS[network.version]:
        doubts.append(f"{value} includes {_size(network)}. Whole schools and towns may share it.")
    if own_address and ip_address(own_address) in network:
        doubts.append(f"It covers your own IP address, {own_address}.")
    return doubts


def _size(network) -> str:
    if network.version == 4:
        return f"{network.num_addresses:,} addresses"
    return f"{2 ** (64 - network.prefixlen):,} single-subscriber networks"


def _at(value: str, column: str) -> Q:
    """Rows whose address in `column` the ban covers."""
    if not value.startswith("@"):
        return Q(**{f"{column}__iexact": value})
    return Q(**{f"{column}__iendswith": value}) | Q(**{f"{column}__iendswith": f".{value[1:]}"})


def _caught(kind: str, value: str):
    """The stored comments that the ban covers; of networks only hashes are known, for 30 days."""
    if kind == Kind.EMAIL:
        return Comment.objects.filter(_at(value, "email"))
    network = ip_network(value)
    bits = NETWORK_BITS[network.version]
    if network.prefixlen >= bits:
        parts = [network.supernet(new_prefix=bits) if network.prefixlen > bits else network]
    elif 2 ** (bits - network.prefixlen) <= MOST_PARTS:
        parts = list(network.subnets(new_prefix=bits))
    else:
        parts = []
    hashed = [each for part in parts for each in hashes(str(part))]
    return Comment.objects.filter(network__in=hashed)
