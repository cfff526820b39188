"""
One record for each address outside, however it is spelled.

What makes two spellings one: RFC 3986, 6.2 (case, percent-encoding, default ports, dot
segments), what browsers repair (https://url.spec.whatwg.org: white space, backslashes), and what
sites do in practice: http and https, `www.`, a slash at the end, and parameters that only tell
where a reader came from.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

from ..host_names import ascii_host
from ..models.links import ADDRESS_LENGTH, OutsideAddress

KEY_LENGTH = ADDRESS_LENGTH - len("https://")
HOST_LENGTH = 253  # the longest name that there is; with a port no longer either
TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|mc_[ce]id|igshid|_hs(enc|mi)|hsctatracking"
    r"|mkt_tok|ref_src|wt_mc|vero_(id|conv)|_ga|_gl",
    re.IGNORECASE,
)
# Browsers take these out of an address wherever they stand, and others at its ends.
UNSEEN = re.compile(r"[\t\n\r]")
AT_ENDS = "".join(map(chr, range(0x21))) + "\x7f\xa0\u2028\u2029\ufeff"
HOST = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
# Names of one and the same host.
ALIASES = {"dx.doi.org": "doi.org"}
# A host in an address of the web, with what stands before it.
OF_HOST = re.compile(r"(https?://)([^/?#@:\s]+)", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d{1,5}(?:[/?#]|$))", re.IGNORECASE)
ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What may stand in a path (RFC 3986, 3.3); a query may hold the question mark too.
IN_PATH = "!$&'()*+,;=:@/%"
IN_QUERY = IN_PATH + "?"


def outside_key(url: str) -> str:
    """
    The normal form of a web address, as 'example.org/report?id=3'; '' for what is none, and for
    addresses that are too long to be kept or hold a name to sign in with. Never raises.

    It is made of ASCII alone, so its bytes are as many as its characters.
    """
    parts = split(url)
    if parts is None:
        return ""
    host, path, query, fragment = parts
    kept = [
        pair
        for pair in query.split("&")
        if pair and not TRACKING.fullmatch(unquote(pair.partition("=")[0].replace("+", " ")))
    ]
    key = host + encoded(path, IN_PATH).rstrip("/")
    if host == "doi.org":  # the case of a DOI says nothing
        key = key.lower()
    if kept:
        key += "?" + encoded("&".join(kept), IN_QUERY).replace("%20", "+")
    # Pages that scripts make of what stands behind `#!` are pages of their own.
    if fragment.startswith("!") and len(fragment) > 1:
        key += "#" + encoded(fragment, IN_QUERY)
    return key if len(key) <= KEY_LENGTH else ""


def split(url: str) -> tuple[str, str, str, str] | None:
    """
    Host in its normal form (port with it, if it is not the scheme's own), path without dot
    segments, query and fragment of a web address; None for what is none.
    """
    url = tidy(url)
    # In the part that is looked up and walked through, a backslash is a slash to browsers.
    end = next((place for place, sign in enumerate(url) if sign in "?#"), len(url))
    url = url[:end].replace("\\", "/") + url[end:]
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or "@" in parts.netloc:
        return None
    host = _host(name)
    if not host:
        return None
    if port is not None and port != {"http": 80, "https": 443}[scheme]:
        host = f"{host}:{port}"
    if len(host) > HOST_LENGTH:
        return None
    return host, without_dots(parts.path), parts.query, parts.fragment


def tidy(url: str) -> str:
    """`url` without the white space and the unseen characters that browsers leave out."""
    return UNSEEN.sub("", url.strip(AT_ENDS)).replace("\0", "")


def _host(name: str) -> str:
    """A host as it is looked up, without `www.`; '' for what cannot be one."""
    if ":" in name:
        try:
            return f"[{IPv6Address(name).compressed}]"
        except ValueError:
            return ""
    if "%" in name:  # as some programs write the letters that ASCII has not
        name = unquote(name)
    name = ascii_host(name).lower().removesuffix(".")
    while name.startswith("www.") and "." in name[4:]:
        name = name[4:]
    return ALIASES.get(name, name) if HOST.fullmatch(name) else ""


def with_ascii_host(url: str) -> str:
    """`url` with its host in ASCII, where that can be said; else as it is."""
    found = OF_HOST.match(url)
    if not found or (found[2].isascii() and "%" not in found[2]):
        return url
    host = ascii_host(unquote(found[2]))
    return f"{found[1]}{host}{url[found.end() :]}" if HOST.fullmatch(host.lower()) else url


def with_scheme(text: str) -> str:
    """An address as people type it, 'example.org/x', with https:// before it."""
    text = text.strip()
    if not text or SCHEME.match(text):
        return text
    return f"https://{text.removeprefix('//')}"


def encoded(text: str, safe: str) -> str:
    """`text` percent-encoded in the one normal way (RFC 3986, 6.2.2); already encoded or not."""

    def normal(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in UNRESERVED else match[0].upper()

    text = ENCODED.sub(normal, LOOSE_PERCENT.sub("%25", text))
    return quote(text, safe=safe, errors="replace")


def without_dots(path: str) -> str:
    """`path` with `.` and `..` followed, as RFC 3986, 5.2.4 has it, and `%2E` for what it is."""
    if "." not in path and "%2" not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        plain = segment.replace("%2e", ".").replace("%2E", ".")
        if plain == "..":
            if len(kept) > 1:
                kept.pop()
        elif plain != ".":
            kept.append(segment)
    if segments[-1].replace("%2e", ".").replace("%2E", ".") in (".", ".."):
        kept.append("")
    return "/".join(kept)


def own_host() -> str:
    """The host of this site, in the form of split()."""
    parts = split(settings.SITE_URL)
    return parts[0] if parts else ""


def host_of(key: str) -> str:
    """The host in a key, with its port."""
    return re.split(r"[/?#]", key, maxsplit=1)[0]


def outside_for(url: str) -> OutsideAddress | None:
    """The record of `url`, made if there was none; None for what is no web address."""
    return outsides_for([url]).get(outside_key(url))


def outsides_for(urls: Iterable[str]) -> dict[str, OutsideAddress]:
    """
    The records of `urls` by their keys, made where there were none. One query if all are known,
    three if not.

    New ones are stored in the order of their keys, and those that another transaction has just
    stored are waited for: two writers can never wait for one another.
    """
    wanted: dict[str, str] = {}
    for url in urls:
        if key := outside_key(url):
            wanted.setdefault(key, url)
    if not wanted:
        return {}
    found = _known(wanted)
    missing = sorted(wanted.keys() - found.keys())
    if missing:
        OutsideAddress.objects.bulk_create(
            [
                OutsideAddress(key=key, url=_asked(key, wanted[key]), host=host_of(key))
                for key in missing
            ],
            ignore_conflicts=True,
        )
        found |= _known(missing)
    return found


def _known(keys: Iterable[str]) -> dict[str, OutsideAddress]:
    return {row.key: row for row in OutsideAddress.objects.filter(key__in=list(keys))}


def _asked(key: str, url: str) -> str:
    """What is asked for to look at the page behind `key`: the address as it was written."""
    url = tidy(url)
    if len(url) <= ADDRESS_LENGTH:
        return url
    return f"{url.partition(':')[0].lower()}://{key}"
