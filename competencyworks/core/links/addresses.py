"""
One record for each address outside, however it is spelled.

What makes two spellings one: RFC 3986, 6.2 (case, percent-encoding, default ports, dot
segments), and what sites do in practice: http and https, `www.`, a slash at the end, and
parameters that only tell where a reader came from.
"""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ..models import OutsideAddress
from ..models.links import ADDRESS_LENGTH

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_hs(enc|mi)|mkt_tok|yclid|ref_src",
    re.IGNORECASE,
)
KEPT = "!$&'()*+,;=:@/~"


def outside_key(url: str) -> str:
    """The normal form of a web address, as 'example.org/report?id=3'; '' for what is none."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
        port = parts.port
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.fullmatch(name)
    ]
    path = quote(unquote(parts.path), safe=KEPT).rstrip("/")
    key = host.removeprefix("www.") + path + (f"?{urlencode(query)}" if query else "")
    return key if len(key) <= ADDRESS_LENGTH else ""


def outside_for(url: str) -> OutsideAddress | None:
    """The record of `url`, made if there was none; None for what is no web address."""
    key = outside_key(url)
    if not key:
        return None
    host = key.partition("/")[0].partition("?")[0]
    row, _ = OutsideAddress.objects.get_or_create(
        key=key, defaults={"url": url.strip(), "host": host}
    )
    return row
