"""
Putting mail into the outbox: part of the act that causes it, so it is written if and only if the
act's transaction is. Nothing is sent here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..models import OutgoingMail


@dataclass(frozen=True)
class Mail:
    """
    One mail to one address. `key` says what it is ('comment-12-confirm'): of two with the same
    key only the first is kept.
    """

    key: str
    kind: str
    to_email: str
    subject: str
    text: str
    html: str = ""
    to_name: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def queue(mails: Iterable[Mail]) -> None:
    """Write the mails into the outbox, in one query. Line breaks in what becomes a header go."""
    rows = [
        OutgoingMail(
            key=mail.key,
            kind=mail.kind,
            to_email=mail.to_email,
            to_name=_one_line(mail.to_name)[:200],
            subject=_one_line(mail.subject)[:300],
            text=mail.text,
            html=mail.html,
            headers={name: _one_line(value) for name, value in mail.headers.items()},
        )
        for mail in mails
    ]
    if rows:
        OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())
