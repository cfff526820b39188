"""A mail server on loopback that keeps what it is given, and refuses what it is told to."""

import asyncio
import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class PostOffice:
    """
    Listens on a port of its own from start() to stop(). `refuse` maps addresses (or their
    beginnings) to the answer that they get, `slow` is the seconds that each mail takes.
    """

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.received: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.peers: list[int] = []  # the port that each mail came from
        self.refuse: dict[str, str] = {}
        self.refuse_sender = ""
        self.refuse_data: dict[str, str] = {}
        self.slow = 0.0
        self.connections = 0
        self.enough = threading.Event()
        self.enough_at = 0
        self._controller = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def to(self) -> list[str]:
        """Who got mail, in order; twice who got it twice."""
        return [message["To"] for message in self.received]

    async def handle_HELO(self, server, session, envelope, hostname):
        self.connections += 1
        session.host_name = hostname
        return "250 hello"

    async def handle_EHLO(self, server, session, envelope, hostname, answers):
        self.connections += 1
        session.host_name = hostname
        return answers

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        for start, answer in self.refuse.items():
            if address.startswith(start):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for start, answer in self.refuse_data.items():
            if envelope.rcpt_tos[0].startswith(start):
                return answer
        if self.slow:
            await asyncio.sleep(self.slow)
        self.recipients += envelope.rcpt_tos
        self.raw.append(envelope.content)
        self.peers.append(session.peer[1])
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.enough_at and len(self.received) >= self.enough_at:
            self.enough.set()
        return "250 taken"
