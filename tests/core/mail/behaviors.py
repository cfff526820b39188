"""
Mail servers as there are: each refuses, limits, delays or drops in its own way.

A Behavior answers at a moment of the conversation, or lets pass (None). What depends on time asks
the server's clock, which the test moves on. BEHAVIORS are all of them by their names.
"""

import asyncio
import logging
import socket
from collections import Counter
from email import message_from_bytes

from aiosmtpd.controller import Controller

HOUR, DAY = 3600, 24 * 3600
DROP = "drop"  # instead of an answer: the connection ends


class Behavior:
    """One that takes all; the others override what they do differently."""

    settings: dict = {}  # of the site, until clock passes `fixed_after`
    fixed_after = 0

    def hello(self, server) -> str | None: ...
    def mail(self, server, session) -> str | None: ...
    def rcpt(self, server, session, address) -> str | None: ...
    def data(self, server, session, address) -> str | None: ...
    def after(self, server, session, address) -> str | None: ...  # it has been taken
    def delay(self, server, address) -> float:
        return 0.0

    def is_reachable(self, address: str) -> bool:
        return True


class Until(Behavior):
    """Gives one answer at one moment (hello, mail, rcpt, data) for some time, then takes all."""

    def __init__(self, moment: str, answer: str, seconds: float) -> None:
        setattr(self, moment, lambda server, *_: answer if server.clock < seconds else None)


class FirstTries(Behavior):
    """Refuses the first tries to each recipient."""

    def __init__(self, answer: str, tries: int) -> None:
        self.answer, self.tries, self.seen = answer, tries, Counter()

    def rcpt(self, server, session, address):
        self.seen[address] += 1
        return self.answer if self.seen[address] <= self.tries else None


class Greylisting(Behavior):
    def __init__(self, answer: str, seconds: float) -> None:
        self.answer, self.seconds, self.first = answer, seconds, {}

    def rcpt(self, server, session, address):
        first = self.first.setdefault(address, server.clock)
        return self.answer if server.clock < first + self.seconds else None


class ByConnection(Behavior):
    """Takes so many mails a connection, then answers at that moment."""

    def __init__(self, moment: str, answer: str, most: int) -> None:
        self.answer, self.most = answer, most
        setattr(self, moment, self.limited)

    def limited(self, server, session, *_):
        return self.answer if server.carried[session.peer] >= self.most else None


class BySpan(Behavior):
    """Takes so many mails an hour, or a day."""

    def __init__(self, moment: str, answer: str, most: int, span: float) -> None:
        self.answer, self.most, self.span = answer, most, span
        setattr(self, moment, self.limited)

    def limited(self, server, *_):
        now = int(server.clock // self.span)
        taken = sum(int(at // self.span) == now for at in server.taken_at)
        return self.answer if taken >= self.most else None


class NoMailbox(Behavior):
    """Every tenth person does not exist."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def rcpt(self, server, session, address):
        return None if self.is_reachable(address) else self.answer

    def is_reachable(self, address):
        return not address.partition("@")[0].endswith("7")


class Sometimes(Behavior):
    """Answers so at each so-manieth mail."""

    def __init__(self, moment: str, answer: str, every: int) -> None:
        self.answer, self.every, self.count = answer, every, 0
        setattr(self, moment, self.sometimes)

    def sometimes(self, *_):
        self.count += 1
        return self.answer if self.count % self.every == 0 else None


class Slow(Behavior):
    def __init__(self, seconds: float, every: int) -> None:
        self.seconds, self.every, self.count = seconds, every, 0

    def delay(self, server, address):
        self.count += 1
        return self.seconds if self.count % self.every == 0 else 0.0


class TlsFails(Behavior):
    settings = {"EMAIL_USE_TLS": True}  # which this server does not speak
    fixed_after = HOUR


class Never(Behavior):
    """One person gets nothing at all, for reasons that are not the mailbox's."""

    def data(self, server, session, address):
        return None if self.is_reachable(address) else "554 5.7.1 Message refused"

    def is_reachable(self, address):
        return not address.startswith("reader0@")


CLOSING = "421 4.7.0 Too many messages, closing connection"
BEHAVIORS = {
    "takes all": lambda: Behavior(),
    "450 at first": lambda: FirstTries("450 Mailbox unavailable", 3),
    "451 for an hour": lambda: Until("rcpt", "451 4.3.0 Local error in processing", HOUR),
    "452 for an hour": lambda: Until("rcpt", "452 4.3.1 Insufficient system storage", HOUR),
    "452 at MAIL": lambda: Until("mail", "452 4.3.1 Insufficient system storage", HOUR),
    "greylisting": lambda: Greylisting("450 4.2.0 Greylisted, come back in 5 minutes", 300),
    "greylisting unsaid": lambda: Greylisting("451 4.7.1 Please try again later", 300),
    "greylisting for long": lambda: Greylisting("451 4.7.1 Greylisting in action", 2 * HOUR),
    "mistyped, by code": lambda: NoMailbox("550 5.1.1 Recipient address rejected"),
    "mistyped, by words": lambda: NoMailbox("550 No such user"),
    "mailbox full": lambda: NoMailbox("552 5.2.2 The inbox is over quota"),
    "quota at RCPT": lambda: Until("rcpt", "550 5.4.5 Daily user sending quota exceeded", 6 * HOUR),
    "quota at DATA": lambda: Until("data", "550 5.4.5 Daily user sending quota exceeded", 6 * HOUR),
    "limit at DATA": lambda: Until("data", "554 Limit reached, try again later", 6 * HOUR),
    "relay denied": lambda: Until("rcpt", "554 5.7.1 Relay access denied", DAY),
    "5.2.0": lambda: Until("rcpt", "550 5.2.0 STOREDRV.Submission; server throttled", 6 * HOUR),
    "5.7.0 spam block": lambda: Until("rcpt", "550 5.7.0 Blocked for now", 6 * HOUR),
    "sender refused": lambda: Until("mail", "550 5.1.8 Sender refused", 6 * HOUR),
    "sign-in refused": lambda: Until("mail", "530 5.7.0 Authentication required", 6 * HOUR),
    "sign-in expires": lambda: ByConnection("mail", "530 5.7.0 Authentication required", 9),
    "421 at hello": lambda: Until("hello", "421 Busy", HOUR),
    "421 at MAIL by connection": lambda: ByConnection("mail", CLOSING, 9),
    "421 at RCPT by connection": lambda: ByConnection("rcpt", CLOSING, 9),
    "421 at DATA by connection": lambda: ByConnection("data", CLOSING, 9),
    "452 by connection": lambda: ByConnection(
        "rcpt", "452 4.5.3 Too many messages in this connection", 9
    ),
    "by hour": lambda: BySpan("rcpt", "450 4.7.0 Hourly limit reached", 20, HOUR),
    "by day": lambda: BySpan("data", "554 5.7.0 Daily message limit exceeded", 25, DAY),
    "dropped at RCPT": lambda: Sometimes("rcpt", DROP, 8),
    "dropped for an hour": lambda: Until("rcpt", DROP, HOUR),
    "dropped after it was taken": lambda: Sometimes("after", DROP, 13),
    "slow": lambda: Slow(0.05, 7),
    "slower than we wait": lambda: Slow(1.5, 30),
    "TLS that fails": TlsFails,
    "one never": Never,
}


class Server:
    """Listens on loopback and does as its behavior says. `taken` has (address, Message-ID)."""

    def __init__(self, behavior: Behavior) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.behavior, self.clock = behavior, 0.0
        self.taken: list[tuple[str, str, str]] = []
        self.taken_at: list[float] = []
        self.carried: Counter = Counter()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "Server":
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self._controller.start()
        return self

    def __exit__(self, *_) -> None:
        self._controller.stop()

    def _said(self, server, answer: str | None) -> str | None:
        if answer != DROP:
            return answer
        server.transport.abort()
        return "421 gone"

    async def handle_HELO(self, server, session, envelope, hostname):
        session.host_name = hostname
        return self.behavior.hello(self) or "250 hello"

    async def handle_EHLO(self, server, session, envelope, hostname, answers):
        session.host_name = hostname
        refusal = self.behavior.hello(self)
        return [refusal] if refusal else answers

    async def handle_MAIL(self, server, session, envelope, address, options):
        if refusal := self._said(server, self.behavior.mail(self, session)):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if refusal := self._said(server, self.behavior.rcpt(self, session, address)):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (address,) = envelope.rcpt_tos
        if refusal := self._said(server, self.behavior.data(self, session, address)):
            return refusal
        mail = message_from_bytes(envelope.content)
        self.taken.append((address, mail["Subject"], mail["Message-ID"]))
        self.taken_at.append(self.clock)
        self.carried[session.peer] += 1
        if wait := self.behavior.delay(self, address):
            await asyncio.sleep(wait)
        return self._said(server, self.behavior.after(self, session, address)) or "250 taken"
