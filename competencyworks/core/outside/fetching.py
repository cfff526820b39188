"""
The one door through which this site asks others for something.

Attachments of an import, link checks, titles of pasted addresses: what is asked for comes from
people outside, so every request is held to the public internet (`outside_network`), to a size,
and to a time by the clock. There is no way through an HTTP proxy, because behind one the
address that is really reached could not be checked.
"""

import io
import re
import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import BinaryIO
from urllib.parse import quote, urljoin, urlsplit

import httpcore
import idna
from django.conf import settings
from django.utils.datastructures import CaseInsensitiveMapping

from ..numbers import whole_number
from .outside_network import Deadline, NotPublicError, PublicNetwork, UnknownHostError

PORTS = {80, 443, 8080, 8443}
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 64 * 1024  # bytes that one step of decompression may yield
HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?")
# RFC 3986's delimiters, and the percent sign of what is encoded already.
KEPT_IN_TARGET = "%/:?#[]@!$&'()*+,;=~"


class FetchError(Exception):
    """A request to the outside that came to nothing. Its text is fit to show to staff."""


class Refused(FetchError):
    """The address is malformed, or leads where this site does not go."""


class TooLarge(FetchError):
    """The answer is longer than allowed, as sent or once decompressed."""


class TimedOut(FetchError):
    """The answer was not complete when the time was over."""


class Unreachable(FetchError):
    """No such host, no connection, no valid certificate, or an answer that makes no sense."""


class TooManyRedirects(FetchError):
    """Redirects that lead in a circle, or on and on."""


@dataclass(frozen=True)
class Redirect:
    """One step on the way: the address that was asked, and its status (301, 302 …)."""

    url: str
    status: int


@dataclass(frozen=True)
class Fetched:
    """
    An answer, of whatever status: a 404 is an answer, not an error.

    `url` is where the redirects ended, `size` counts the bytes of the body once decompressed.
    `content` is empty where the body went into a file. `cut` says that there was more of it.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    size: int
    cut: bool
    redirects: tuple[Redirect, ...]


def fetch(
    url: str,
    *,
    max_bytes: int = 2_000_000,
    timeout: float = 20.0,
    max_redirects: int = 5,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    into: BinaryIO | None = None,
    cut: bool = False,
    around: Callable[[str], AbstractContextManager] = nullcontext,
) -> Fetched:
    """
    Ask for `url`, follow its redirects, and return what comes back.

    `timeout` is seconds for all of it together. The body goes `into` an open file if one is
    given. Beyond `max_bytes` the body is cut off if `cut` says so, else TooLarge is raised; after
    an error the file holds an unknown part. `headers` are sent to every host on the way,
    so they must hold no secret. `content` is what a POST sends; it goes to the host of `url` alone:
    a redirect then is an answer like others, and is not followed. Each request, those of redirects
    too, is made within `around(address)`; what this raises comes through.

    Raises Refused, TooLarge, TimedOut, Unreachable or TooManyRedirects, all FetchErrors.
    """
    redirects: list[Redirect] = []
    network = PublicNetwork(Deadline(timeout), getattr(settings, "FETCH_ALLOWED_HOSTS", ()))
    while True:
        target = _target(url)
        with (
            around(url),
            _told(url, timeout),
            httpcore.HTTPConnection(target.origin, network_backend=network) as connection,
            connection.stream(
                method, target, headers=_headers(target, headers), content=content
            ) as response,
        ):
            answered = CaseInsensitiveMapping(
                (_text(name), _text(value)) for name, value in response.headers
            )
            location = answered.get("Location")
            if response.status not in REDIRECTS or not location or content is not None:
                file = io.BytesIO() if into is None else into
                size, was_cut = _read(response.stream, answered, max_bytes, cut, file)
                content = file.getvalue() if into is None else b""
                steps = tuple(redirects)
                return Fetched(url, response.status, answered, content, size, was_cut, steps)
        redirects.append(Redirect(url, response.status))
        if len(redirects) > max_redirects:
            start = redirects[0].url
            raise TooManyRedirects(f"{start} redirects more than {max_redirects} times.")
        url = _joined(url, location)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location.strip())
    except ValueError as error:
        raise Refused(f"{url} redirects to an address that is malformed.") from error


def _target(url: str) -> httpcore.URL:
    """`url` taken apart, checked and encoded, so that no second parser reads it differently."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        query = f"?{parts.query}" if parts.query else ""
        path = quote((parts.path or "/") + query, safe=KEPT_IN_TARGET)
    except ValueError as error:
        raise Refused(f"{url} is not a complete web address.") from error
    if parts.scheme not in ("http", "https"):
        raise Refused(f"{url} does not start with http:// or https://.")
    if "@" in parts.netloc:
        raise Refused("Addresses with a user name or password are not followed.")
    host = _host(parts.hostname or "", url)
    if port not in PORTS and f"{host}:{port}" not in getattr(settings, "FETCH_ALLOWED_HOSTS", ()):
        raise Refused(f"{url} names port {port}, where websites are not expected.")
    return httpcore.URL(
        scheme=parts.scheme.encode(),
        host=host.encode(),
        port=port,
        target=path.encode(),
    )


def _host(host: str, url: str) -> str:
    """`host` as it is resolved: in ASCII (IDNA 2008 after UTS 46), IPv6 without brackets."""
    try:
        if ":" in host and "%" not in host:
            return str(IPv6Address(host))
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode()
    except ValueError as error:
        raise Refused(f"{url} names no valid host.") from error
    if not HOST_NAME.fullmatch(host):
        raise Refused(f"{url} names no valid host.")
    return host


def _headers(target: httpcore.URL, extra: Mapping[str, str] | None) -> list[tuple[str, str]]:
    host = target.host.decode()
    host = f"[{host}]" if ":" in host else host
    standard = {b"http": 80, b"https": 443}[target.scheme]
    ours = {
        "Host": host if target.port == standard else f"{host}:{target.port}",
        "User-Agent": f"CompetencyWorks (+{getattr(settings, 'SITE_URL', '')}/)",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
    }
    return list((ours | dict(extra or {})).items())


def _text(value: bytes) -> str:
    """A header's bytes: UTF-8 is what servers send, Latin-1 what they may (RFC 9110, 5.5)."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _read(
    stream: Iterable[bytes], headers: Mapping[str, str], max_bytes: int, cut: bool, file: BinaryIO
) -> tuple[int, bool]:
    """Write the body into `file`, decompressed; tells its bytes, and whether it was cut off."""
    announced = whole_number(headers.get("Content-Length", "0")) or 0
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        stream = _gunzipped(stream)
    elif encoding not in ("", "identity"):
        raise Unreachable(f"The answer is encoded as {encoding}, which was not asked for.")
    size = 0
    for piece in stream:
        room = max_bytes - size
        if not cut and max(announced - size, len(piece)) > room:
            raise TooLarge(f"The answer is longer than {max_bytes:,} bytes.")
        size += file.write(piece[:room])
        if len(piece) > room:
            return size, True
    return size, False


def _gunzipped(stream: Iterable[bytes]) -> Iterator[bytes]:
    """`stream` decompressed in small pieces, so that a bomb is met before it goes off."""
    gzip = zlib.decompressobj(wbits=31)
    inside = False
    for data in stream:
        while data:
            yield gzip.decompress(data, CHUNK)
            # Output that did not fit is not lost: input that is left, or comes, brings it.
            data, inside = gzip.unconsumed_tail, not gzip.eof
            if gzip.eof:  # RFC 1952: members may follow one another
                data, gzip = gzip.unused_data, zlib.decompressobj(wbits=31)
    if inside:
        raise zlib.error("the stream ends early")


@contextmanager
def _told(url: str, timeout: float) -> Iterator[None]:
    """Turns what goes wrong below into errors of this module."""
    host = urlsplit(url).hostname
    try:
        yield
    except NotPublicError as error:
        raise Refused(f"{host} is not an address of the public internet.") from error
    except UnknownHostError as error:
        raise Unreachable(f"There is no host named {host}.") from error
    except httpcore.TimeoutException as error:
        raise TimedOut(f"{host} did not respond fully within {timeout:g} seconds.") from error
    except httpcore.NetworkError as error:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError):
            reason = error.__cause__.verify_message
            raise Unreachable(f"The certificate of {host} is not valid: {reason}.") from error
        raise Unreachable(f"{host} could not be reached, or the connection was lost.") from error
    except (httpcore.RemoteProtocolError, zlib.error) as error:
        raise Unreachable(f"{host} gave a response that could not be read.") from error
