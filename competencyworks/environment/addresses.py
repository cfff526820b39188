"""Hosts, networks, URLs, mailboxes."""

import re
from email.utils import formataddr, getaddresses
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .malformed import Malformed
from .values import items

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
DEFAULT_PORTS = {"http": 80, "https": 443}
LARGEST_PORT = 65535
WIDEST = {4: 8, 6: 16}  # bits of a network that proxies may come from
DISCOVERY = "/.well-known/openid-configuration"


def host(value: str) -> str:
    """A host name or IP address as requests name it: lower case, IPv6 in brackets."""
    name = value.lower()
    if "://" in name or "/" in name:
        raise Malformed(f"holds {value[:80]!r}. Write the name alone, without scheme or path.")
    if re.fullmatch(r"\[[0-9a-f:.]+\]", name):
        return f"[{_address(name[1:-1], value)}]"
    if name.count(":") > 1:
        return f"[{_address(name, value)}]"
    if ":" in name:
        raise Malformed(f"holds {value[:80]!r}. Write the name without its port.")
    if not name.isascii():
        raise Malformed(f"holds {value[:80]!r}. Write it{_in_ascii(name)}.")
    if not NAME.fullmatch(name) or len(name) > 253:
        raise Malformed(f"holds {value[:80]!r}, which is not a host name. Write www.example.org.")
    if name.rpartition(".")[2].isdigit():
        return _address(name, value)
    return name


def hosts(value: str, *, everything: bool) -> list[str]:
    """Names for ALLOWED_HOSTS; `.example.org` stands for a domain and all below it."""
    found = []
    for item in items(value):
        if item == "*":
            if not everything:
                raise Malformed(
                    "is '*', which lets anybody choose the site's name. List the hosts."
                )
            found.append(item)
        elif item.startswith("."):
            found.append(f".{host(item[1:])}")
        else:
            found.append(host(item))
    return found


def networks(value: str) -> list[str]:
    found = []
    for item in items(value):
        try:
            network = ip_network(item)
        except ValueError:
            raise Malformed(f"holds {item[:80]!r}. {_right_network(item)}") from None
        mapped = getattr(network.network_address, "ipv4_mapped", None)
        if mapped:
            network = ip_network(f"{mapped}/{network.prefixlen - 96}")
        if network.prefixlen < WIDEST[network.version]:
            # Several of them may make up everybody.
            raise Malformed(
                f"holds {item!r}, which includes almost everybody. List the addresses of the "
                f"proxies, with no network wider than /{WIDEST[network.version]}."
            )
        found.append(str(network))
    return found


def site_url(value: str, *, only_https: bool) -> str:
    """Scheme, host and port of the public site."""
    parts = _split(value, "https://www.example.org")
    if parts.path not in ("", "/"):
        raise Malformed(
            f"has the path {parts.path[:80]!r}. The site must be at the root of its host: write "
            "https://www.example.org"
        )
    if only_https and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Malformed(
            "begins with http://. In production write https:// (http:// is allowed only for "
            "localhost and 127.0.0.1, to try the site on your own machine)."
        )
    return f"{parts.scheme}://{_place(parts)}"


def http_url(value: str) -> str:
    parts = _split(value, "https://www.example.org/path")
    return f"{parts.scheme}://{_place(parts)}{parts.path}"


def issuer(value: str) -> str:
    """The address of an OpenID Connect provider, below which its description stands."""
    url = http_url(value)
    if url.rstrip("/").endswith(DISCOVERY):
        right = url.rstrip("/").removesuffix(DISCOVERY)
        raise Malformed(f"is the address of the provider's description. Write {right[:80]}")
    return url


def mailbox(value: str) -> str:
    """`Name <name@example.org>` or the address alone."""
    found = getaddresses([value])
    try:
        if len(found) != 1:
            raise ValidationError("one mailbox")
        name, address = found[0]
        validate_email(address)
        if not address.isascii():
            raise ValidationError("in ASCII")
        formataddr((name, address))
        # A bracket that is not closed, say, would be sent as it is.
        if value != address and not re.fullmatch(rf"[^<>]*<{re.escape(address)}>", value):
            raise ValidationError("as used in emails")
    except (ValidationError, ValueError):
        raise Malformed(
            f"is {value[:80]!r}. Write one mailbox, as: CompetencyWorks <no-reply@example.org>"
        ) from None
    return value


def sentry_dsn(value: str) -> str:
    """Where reports of faults go. Its public key is kept out of messages all the same."""
    right = "is not a DSN. Copy it from the project's settings: https://key@host/number"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise Malformed(right) from None
    project = parts.path.rpartition("/")[2]
    if (
        parts.scheme not in DEFAULT_PORTS
        or not re.fullmatch(r"[A-Za-z0-9]+", parts.username or "")
        or parts.password is not None
        or not re.fullmatch(r"[0-9]+", project)
        or port == 0
        or "?" in value
        or "#" in value
    ):
        raise Malformed(right)
    try:
        host(_named(parts))
    except Malformed:
        raise Malformed(right) from None
    return value


def _split(value: str, example: str) -> SplitResult:
    """The parts of an http or https address with a host that can be, and without extras."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise Malformed(f"is not a web address. Write {example}") from None
    if parts.username is not None or parts.password is not None:
        raise Malformed(f"holds a user name or password. Write {example}")
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise Malformed(f"is {value[:80]!r}. Begin with https:// and a host: {example}")
    if "?" in value or "#" in value:
        raise Malformed(f"holds a query or fragment. Write {example}")
    if port == 0 or parts.netloc.endswith(":"):
        raise Malformed(f"has an invalid port. Write {example}")
    if not re.fullmatch(r"[!-~]*", parts.path) or "\\" in value:
        raise Malformed(f"has the path {parts.path[:80]!r}. Write {example}")
    host(_named(parts))
    return parts


def _named(parts: SplitResult) -> str:
    name = parts.hostname or ""
    return f"[{name}]" if ":" in name else name


def _place(parts: SplitResult) -> str:
    """Host and port; the port of the scheme is left out, as browsers do."""
    name = host(_named(parts))
    return f"{name}:{parts.port}" if parts.port not in (None, DEFAULT_PORTS[parts.scheme]) else name


def _address(text: str, value: str) -> str:
    try:
        found = ip_address(text)
    except ValueError:
        raise Malformed(f"holds {value[:80]!r}, which is not an IP address.") from None
    if isinstance(found, IPv6Address) and found.scope_id:
        raise Malformed(f"holds {value[:80]!r}, a link-local address.")
    return str(found)


def _in_ascii(name: str) -> str:
    try:
        return f" as {idna.encode(name, uts46=True).decode()}"
    except idna.IDNAError:
        return " in ASCII"


def _right_network(item: str) -> str:
    try:
        network = ip_network(item, strict=False)
    except ValueError:
        return (
            "Write IP addresses or networks, such as 10.0.0.1 or 10.0.0.0/24, separated by commas."
        )
    return f"Write {network} for the network, or {item.partition('/')[0]} for the one address."
