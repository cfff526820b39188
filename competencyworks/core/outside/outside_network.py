"""
Which addresses of the internet a request of ours may reach, and how it gets there.

`PublicNetwork` is the network backend under `fetching.fetch`: it resolves a name once, refuses
it unless every answer is a public address, and connects to one of those very answers. As this
happens at the connection itself, redirects and reconnections pass it too, and a name that
resolves differently a moment later (DNS rebinding) gains nothing.
"""

import queue
import socket
import threading
import time
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore

# IANA's registry of special-purpose IPv4 addresses (RFC 6890 and its updates), which
# `ipaddress.is_global` follows only in part and differently in each Python release. The
# last entry is Azure's metadata service; those of other clouds are in the ranges above it.
CLOSED_IPV4 = [
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "168.63.129.16/32",
    )
]
# In IPv6 only 2000::/3 is in use for hosts of the internet (RFC 4291); within it these are not:
# protocol assignments with Teredo, documentation, 6to4 (which wraps an IPv4 address).
OPEN_IPV6 = ip_network("2000::/3")
CLOSED_IPV6 = [
    ip_network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
# Where a network has IPv6 alone, every IPv4 host is seen through this prefix (RFC 6052), so
# it is the wrapped address that counts. The mapped form ::ffff:0:0/96 never is on the wire.
NAT64 = ip_network("64:ff9b::/96")


class NotPublicError(Exception):
    """The host is, or resolves to, an address outside of the public internet."""


class UnknownHostError(Exception):
    """The host's name does not resolve."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether `address` belongs to a host of the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in CLOSED_IPV4)
    if address in NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in OPEN_IPV6 and not any(address in block for block in CLOSED_IPV6)


class Deadline:
    """A moment, `seconds` from now, after which nothing of a request may still wait."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until the deadline, more than zero. Raises httpcore.ReadTimeout after it."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


def resolve(host: str, port: int, deadline: Deadline) -> list[str]:
    """
    The addresses of `host`, in the resolver's order, each once.

    The resolver is asked in a thread of its own, because it knows no time limit. Raises
    UnknownHostError, or httpcore.ReadTimeout at the deadline.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise httpcore.ReadTimeout from None
    if isinstance(answer, Exception):
        raise UnknownHostError(host) from answer
    return list(dict.fromkeys(sockaddr[0] for *_, sockaddr in answer))


class PublicNetwork(httpcore.NetworkBackend):
    """
    Connects to public addresses alone, and ends every wait at `deadline`.

    `exempt` holds what may be reached although it is not public, as 'host:port'.
    """

    def __init__(self, deadline: Deadline, exempt: Collection[str] = ()):
        self._deadline = deadline
        self._exempt = exempt
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host, port, self._deadline)
        exempt = f"{host}:{port}" in self._exempt
        # One inside address among public ones is no accident: refuse them all.
        if not (exempt or all(is_public(ip_address(address)) for address in addresses)):
            raise NotPublicError(host)
        failure: Exception = httpcore.ConnectError("no address")
        for waiting, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = self._deadline.left() / waiting
            try:
                stream = self._plain.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A stream whose waits all end at one deadline, however slowly the other side dribbles."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline):
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _TimedStream(stream, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str):
        return self._stream.get_extra_info(info)
