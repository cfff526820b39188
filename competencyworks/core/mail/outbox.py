"""
Putting mail into the outbox: part of the act that causes it, so it is written if and only if the
act's transaction is. Nothing is sent here.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from ..models import OutgoingMail
from ..prepared import Insertion
from .order import about_of

HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# What PostgreSQL refuses (NUL), and what has no place in a header or a text to read.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MAILS = Insertion(OutgoingMail, ignore_conflicts=True)


@dataclass(frozen=True)
class Attachment:
    """
    A file of text that goes with a mail. `type` is its media type with parameters, as
    'text/calendar; method=REQUEST; charset=utf-8'.
    """

    name: str
    type: str
    content: str


@dataclass(frozen=True)
class Mail:
    """
    One mail to one address. `key` says what it is ('comment-12-confirm'): of two with the same
    key only the first is kept. Mails to one address that are `about` one thing go in their order;
    None: what the beginning of the key says ('comment-12'), "": nothing holds it back. `details`
    are for who writes it anew when it goes (see write()), and hold nothing of a person.
    """

    key: str
    kind: str
    to_email: str
    subject: str
    text: str
    html: str = ""
    to_name: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    due_at: datetime | None = None  # now
    about: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        for name in self.headers:
            if not HEADER_NAME.fullmatch(name):
                raise ValueError(f"not the name of a header: {name!r}")


def queue(mails: Iterable[Mail]) -> None:
    """
    Write the mails into the outbox, in one query. Line breaks in what becomes a header go. What
    is no e-mail address is kept too, and given up when it should be sent.
    """
    MAILS.add(*rows_of(mails))


def rows_of(mails: Iterable[Mail]) -> list[OutgoingMail]:
    """What to store so that queue() need not."""
    return [
        OutgoingMail(
            key=mail.key,
            kind=mail.kind,
            to_email=one_line(mail.to_email)[:254],
            to_name=one_line(mail.to_name)[:200],
            subject=one_line(mail.subject)[:300],
            text=_clean(mail.text),
            html=_clean(mail.html),
            headers={name: one_line(value) for name, value in mail.headers.items()},
            attachments=[asdict(each) for each in mail.attachments],
            due_at=mail.due_at or timezone.now(),
            about=about_of(mail.key) if mail.about is None else mail.about,
            details=mail.details,
        )
        for mail in mails
    ]


def write(mail: OutgoingMail, made: Mail) -> None:
    """Put the words of `made` into the queued `mail`: for those that are written when they go."""
    (row,) = rows_of([made])
    names = ("subject", "to_name", "text", "html", "attachments")
    # Files hold the moment at which they were made, so they alone are no reason to write.
    if any(getattr(mail, name) != getattr(row, name) for name in names[:-1]):
        for name in names:
            setattr(mail, name, getattr(row, name))
        mail.save(update_fields=names)


def one_line(text: str) -> str:
    """The text without line breaks and other controls, as it may stand in a header."""
    return " ".join(CONTROLS.sub(" ", text).split())


def _clean(text: str) -> str:
    return CONTROLS.sub("", text.replace("\r\n", "\n"))
