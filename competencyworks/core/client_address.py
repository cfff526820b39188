"""Where a request comes from, and a keyed hash by which it can be known again."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# What one subscriber is given: https://www.rfc-editor.org/rfc/rfc6177
NETWORK_BITS = {4: 24, 6: 64}


def client_address(request: HttpRequest) -> str:
    """
    The visitor's IP address: REMOTE_ADDR, or where that is one of TRUSTED_PROXIES (addresses or
    networks), the last entry of X-Forwarded-For that is not. '' if neither is an address.
    """
    address = _valid(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while address and hops and _is_trusted(address):
        forwarded = _valid(hops.pop().strip())
        if not forwarded:
            break
        address = forwarded
    return address


def hashed(value: str) -> str:
    """A keyed hash of a personal value (address, e-mail): the same each time, not reversible."""
    return salted_hmac(
        "competencyworks.person", value.strip().lower(), algorithm="sha256"
    ).hexdigest()


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


def _is_trusted(address: str) -> bool:
    return any(
        ip_address(address) in ip_network(each, strict=False) for each in settings.TRUSTED_PROXIES
    )
