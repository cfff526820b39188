"""
Sending what stands in the outbox.

A mail is claimed with a lease, and that is committed; then it is sent, and that is committed. A
worker that dies between the two has sent one mail whose row does not say so: it goes out a second
time, with the same Message-ID, when the lease has ended. None is lost.
"""

import logging
import random
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import formataddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..background.sweeps import sweep
from ..models import OutgoingMail

logger = logging.getLogger(__name__)

# Before what is said of a mail that was dropped: nothing is wrong with it.
NO_LONGER_DUE = "No longer due: "

LEASE = timedelta(minutes=10)  # far more than a server that answers slowly may take for one mail
SLICE = 5.0  # seconds of sending before the worker looks after other work
# After each try that failed for the time being; together about two days.
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    *(timedelta(hours=hours) for hours in (1, 4, 8, 12, 20)),
]
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.1  # so that what failed together is not tried together
SENT_KEPT = timedelta(days=90)
GIVEN_UP_KEPT = timedelta(days=180)


class ServerAway(Exception):
    """The mail server takes no mail of ours at present, whoever it is for."""


_looks: dict[str, Callable[[OutgoingMail], str | None]] = {}


def checked(kind: str) -> Callable:
    """
    Decorator: the function looks at each mail of `kind` just before it goes out, and returns why it
    is no longer due, in words for staff, or None. It may write what was left open of the mail.

    The module must be loaded wherever mail is sent: import it in ready() of its app.
    """

    def register(function: Callable[[OutgoingMail], str | None]) -> Callable:
        _looks[kind] = function
        return function

    return register


def due() -> QuerySet[OutgoingMail]:
    """The mails to send now that nobody is sending."""
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    waiting = OutgoingMail.objects.filter(sent_at=None, failed_at=None, due_at__lte=Now())
    return waiting.filter(free, attempts__lt=MOST_ATTEMPTS)


def claim() -> OutgoingMail | None:
    """Take the mail that is due longest, for LEASE at most. None where nothing is due."""
    with transaction.atomic():
        mail = due().select_for_update(skip_locked=True).order_by("due_at", "pk").first()
        if mail is None:
            return None
        mail.attempts += 1
        rows = OutgoingMail.objects.filter(pk=mail.pk)
        rows.update(leased_until=Now() + LEASE, attempts=mail.attempts)
    return mail


@sweep(every=2, side_by_side=True)
def send_waiting_mail() -> bool:
    """Send mail for some seconds over one connection; True if more waits."""
    _give_up_what_kills_workers()
    if not due().exists():
        return False
    connection, end = get_connection(), time.monotonic() + SLICE
    try:
        while time.monotonic() < end:
            _open(connection)  # before the claim: a server that is away costs no mail a try
            mail = claim()
            if mail is None:
                return False
            send(mail, connection)
    finally:
        connection.close()
    return due().exists()


def send(mail: OutgoingMail, connection: BaseEmailBackend) -> None:
    """
    Send a claimed mail and note what came of it. Raises ServerAway, with the mail put back,
    where the answer was not about this mail.
    """
    try:
        if (look := _looks.get(mail.kind)) and not _passes(mail, look):
            return
        connection.send_messages([message(mail)])
    except Exception as error:  # backends raise what they like; the row keeps it for staff
        words = _words(error)
        if _concerns_all(error):
            _note(mail, attempts=F("attempts") - 1, leased_until=None, error=words)
            raise ServerAway(words) from error
        _note_failure(mail, words, final=_is_final(error))
        connection.close()  # it may be in any state
    else:
        # Whatever became of the lease: it was sent.
        rows = OutgoingMail.objects.filter(pk=mail.pk)
        rows.update(sent_at=Now(), leased_until=None, failed_at=None, error="")


@transaction.atomic
def _passes(mail: OutgoingMail, look: Callable[[OutgoingMail], str | None]) -> bool:
    """Whether `mail` is still to be sent, by a look at it; what is not is noted as such."""
    # With the row locked, a person's erasure takes place before it is written, or after.
    if not OutgoingMail.objects.select_for_update().filter(pk=mail.pk).exists():
        return False
    if why := look(mail):
        _note(mail, failed_at=Now(), leased_until=None, error=f"{NO_LONGER_DUE}{why}")
    return not why


def message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it goes out. Raises ValidationError where the address is none."""
    validate_email(mail.to_email)
    made = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [formataddr((mail.to_name, mail.to_email)) if mail.to_name else mail.to_email],
        headers={
            **mail.headers,
            "Message-ID": message_id(mail.key),
            "Auto-Submitted": "auto-generated",
        },
    )
    if mail.html:
        made.attach_alternative(mail.html, "text/html")
    for file in mail.attachments:
        _attach(made, file)
    return made


def _attach(made: EmailMultiAlternatives, file: dict[str, str]) -> None:
    """
    Put a file of text into the mail. A calendar with a method goes in twice, as the great
    calendar services send theirs: beside text and HTML, where mail programs look for what they
    can act on (RFC 6047, 2.4), and as a file for people whose program does not.
    """
    name, kind, content = file["name"], file["type"], file["content"]
    if kind.startswith("text/calendar;") and "method=" in kind:
        # Django puts the charset itself, and keeps other parameters as they are.
        made.attach_alternative(content, kind.replace("; charset=utf-8", ""))
        made.attach(name, content.encode(), "application/ics")
    else:
        made.attach(name, content.encode(), kind)


def message_id(key: str) -> str:
    """The same for each try of one mail, so that a mail program knows a second copy."""
    digest = salted_hmac("competencyworks.mail", key, algorithm="sha256").hexdigest()
    return f"<{digest[:40]}@{settings.SITE_HOST}>"


def try_again(mails: QuerySet[OutgoingMail]) -> int:
    """Let the unsent among `mails` be tried now, with all tries before them. Returns how many."""
    return mails.filter(sent_at=None).update(due_at=Now(), attempts=0, failed_at=None)


def give_up(mails: QuerySet[OutgoingMail], why: str) -> int:
    """Send the waiting among `mails` no more. Returns how many."""
    waiting = mails.filter(sent_at=None, failed_at=None)
    return waiting.update(failed_at=Now(), leased_until=None, error=why)


@sweep(every=24 * 3600)
def forget_old_mail() -> None:
    """Delete mail long sent or given up: it holds names, addresses and links with tokens."""
    now = timezone.now()
    OutgoingMail.objects.filter(sent_at__lt=now - SENT_KEPT).delete()
    OutgoingMail.objects.filter(sent_at=None, failed_at__lt=now - GIVEN_UP_KEPT).delete()


def _open(connection: BaseEmailBackend) -> None:
    """Connect, unless it is connected. Raises ServerAway."""
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(_words(error)) from error


def _give_up_what_kills_workers() -> None:
    OutgoingMail.objects.filter(
        sent_at=None, failed_at=None, attempts__gte=MOST_ATTEMPTS, leased_until__lt=Now()
    ).update(failed_at=Now(), leased_until=None, error="The worker died each time it was sent.")


def _note_failure(mail: OutgoingMail, words: str, *, final: bool) -> None:
    if final or mail.attempts >= MOST_ATTEMPTS:
        # The words stay in the row alone: servers repeat the address in them.
        logger.warning("Mail %s (%s) given up.", mail.pk, mail.kind)
        _note(mail, failed_at=Now(), leased_until=None, error=words)
        return
    wait = WAITS[mail.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    logger.info("Mail %s (%s) waits for %d s.", mail.pk, mail.kind, wait.total_seconds())
    _note(mail, due_at=Now() + wait, leased_until=None, error=words)


def _note(mail: OutgoingMail, **fields) -> None:
    # Not if the lease ended and another worker took it, or staff decided meanwhile.
    rows = OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts)
    rows.filter(sent_at=None, failed_at=None).update(**fields)


def _concerns_all(error: Exception) -> bool:
    """Whether the server refuses us rather than this mail."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code not in (452, 552)  # too large: this mail alone
    return isinstance(error, smtplib.SMTPHeloError)


def _is_final(error: Exception) -> bool:
    """Whether another try would be answered alike."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, words in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    # What Python and Django refuse to make a mail of; ValueError covers BadHeaderError.
    return isinstance(error, ValidationError | ValueError | smtplib.SMTPNotSupportedError)


def _words(error: Exception) -> str:
    """What the server said, else what Python says, for staff to read."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = error.recipients.values()
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    elif isinstance(error, ValidationError):
        return " ".join(error.messages)
    else:
        return f"{type(error).__name__}: {error}"[:2000]
    return "; ".join(
        f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
        for code, words in answers
    )[:2000]
