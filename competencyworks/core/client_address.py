"""Where a request comes from, and a keyed hash by which it can be known again."""

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# What one subscriber is given: https://www.rfc-editor.org/rfc/rfc6177
NETWORK_BITS = {4: 24, 6: 64}
WITH_PORT = re.compile(
    r"(?:\[(?P<bracketed>[0-9A-Fa-f:.]+)\]|(?P<plain>\d+(?:\.\d+){3}))(?::\d{1,5})?", re.ASCII
)


def client_address(request: HttpRequest) -> str:
    """
    The visitor's IP address: REMOTE_ADDR, or where that is one of TRUSTED_PROXIES (addresses or
    networks), the last entry of X-Forwarded-For that is not. '' if neither is an address.
    """
    address = _valid(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while address and hops and is_proxy(address):
        forwarded = _valid(_without_port(hops.pop().strip()))
        if not forwarded:
            break
        address = forwarded
    return address


def hashed(value: str) -> str:
    """A keyed hash of a personal value (address, e-mail): the same each time, not reversible."""
    return hashes(value)[0]


def hashes(value: str) -> list[str]:
    """
    What hashed() gives for `value`, and what it gave under each of SECRET_KEY_FALLBACKS: what is
    kept longer than a key is looked for by all of them.
    """
    return [
        salted_hmac(
            "competencyworks.person", value.strip().lower(), secret=key, algorithm="sha256"
        ).hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def network_of(address: str) -> str:
    """The network that `address` lies in (/24 for IPv4, /64 for IPv6); '' stays ''."""
    if not address:
        return ""
    return str(ip_network(f"{address}/{NETWORK_BITS[ip_address(address).version]}", strict=False))


def _valid(text: str) -> str:
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _without_port(entry: str) -> str:
    """The address of an entry of X-Forwarded-For: some proxies add the visitor's port to it."""
    match = WITH_PORT.fullmatch(entry)
    return match["bracketed"] or match["plain"] if match else entry


def is_proxy(address: str) -> bool:
    """Whether the peer with this address is one of TRUSTED_PROXIES."""
    found = _valid(address)
    return bool(found) and any(
        ip_address(found) in network for network in _networks(tuple(settings.TRUSTED_PROXIES))
    )


@lru_cache(maxsize=8)
def _networks(names: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(name, strict=False) for name in names)
