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
from email.utils import formataddr, quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..background.sweeps import sweep
from ..models import OutgoingMail
from . import order, refusals
from .refusals import Refusal

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
# A mail that waits because the server is in trouble is tried again after a tenth of its age, within
# these, and that is not counted; but not for ever, as the server may not like this very mail.
TROUBLE_WAIT, LONGEST_TROUBLE_WAIT = timedelta(minutes=5), timedelta(hours=1)
TROUBLE_LASTS = timedelta(days=14)
LATELY = timedelta(days=1)  # an older answer says nothing of the server's present state
PROBES = 5  # mails in a slice by which we look whether the trouble is over
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
    """
    Take the mail that is due longest and not held back by an earlier one (core.mail.order), for
    LEASE at most. None where there is none.
    """
    with transaction.atomic():
        free = due().exclude(order.held()).select_for_update(skip_locked=True)
        mail = free.order_by("due_at", "pk").first()
        if mail is None:
            return None
        mail.attempts += 1
        rows = OutgoingMail.objects.filter(pk=mail.pk)
        rows.update(leased_until=Now() + LEASE, attempts=mail.attempts)
    return mail


class Line:
    """
    The connection to the mail server. A server that takes so many mails a connection and no more
    gets the next one over a new one, as does one that has signed us out meanwhile.
    """

    def __init__(self) -> None:
        self._backend = get_connection()
        self._carried = 0
        self.refused = 0  # mails, because the server is in trouble

    def open(self) -> None:
        """Connect, unless it is connected. Raises ServerAway."""
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(refusals.words_of(error)) from error

    def close(self) -> None:
        self._carried = 0
        self._backend.close()

    def carry(self, mail: EmailMultiAlternatives) -> None:
        """Send `mail`. Raises ServerAway, or what the backend raises."""
        try:
            self._backend.send_messages([mail])
        except Exception as error:
            if not (self._carried and refusals.ends_session(error)):
                raise
            self.close()
            self.open()
            self._backend.send_messages([mail])
        self._carried += 1


@sweep(every=2, side_by_side=True)
def send_waiting_mail() -> bool:
    """Send mail for some seconds over one connection; True if more waits."""
    _give_up_what_kills_workers()
    if not due().exists():
        return False
    order.release(due(), _is_still_due)
    line, end = Line(), time.monotonic() + SLICE
    try:
        while time.monotonic() < end:
            line.open()  # before the claim: a server that is away costs no mail a try
            mail = claim()
            if mail is None:
                return False
            send(mail, line)
    finally:
        line.close()
    return due().exclude(order.held()).exists()


def send(mail: OutgoingMail, line: Line) -> None:
    """
    Send a claimed mail and note what came of it. Raises ServerAway, with the mail put back,
    where the answer was not about this mail.
    """
    try:
        if (look := _looks.get(mail.kind)) and not _passes(mail, look):
            return
        line.carry(message(mail))
    except ServerAway as error:  # it did not take a new connection
        _put_back(mail, str(error))
        raise
    except Exception as error:  # backends raise what they like; the row keeps it for staff
        line.close()  # it may be in any state
        _note_refusal(mail, refusals.read(error, mail.to_email), error, line)
    else:
        # Whatever became of the lease: it was sent.
        rows = OutgoingMail.objects.filter(pk=mail.pk)
        now = {"sent_at": Now(), "answered_at": Now()}
        rows.update(**now, leased_until=None, failed_at=None, error="", in_trouble=False)


def _note_refusal(mail: OutgoingMail, refusal: Refusal, error: Exception, line: Line) -> None:
    """Note that a try failed. Raises ServerAway where that was not about this mail."""
    if refusal.concerns_all:
        _put_back(mail, refusal.words)
        raise ServerAway(refusal.words) from error
    _note_failure(mail, refusal.words, final=refusal.is_final)
    if not refusal.pattern:
        return
    _note_answer(mail)
    explained = _explained_by_trouble(mail, refusal)
    for each in explained if not refusal.may_have_gone else ():
        _do_not_count(each)
    line.refused += bool(explained)
    if len(explained) > 1 or line.refused >= PROBES:
        raise ServerAway(refusal.words) from error


def _explained_by_trouble(mail: OutgoingMail, refusal: Refusal) -> list[OutgoingMail]:
    """
    The mails whose last try failed because the server is in trouble, now that `mail` was refused.

    It is once two mailboxes in a row were refused in the same words, which are not about a mailbox
    (those that are have no pattern, and count neither way), until it takes a mail again.
    """
    answered = OutgoingMail.objects.exclude(pk=mail.pk).exclude(answered_at=None)
    last = answered.order_by("-answered_at").first()
    if last is None or last.sent_at or last.answered_at < timezone.now() - LATELY:
        return []
    if refusals.pattern_of(last.error, last.to_email) != refusal.pattern:
        return []
    if last.in_trouble:
        return [mail]
    return [last, mail] if last.to_email.lower() != mail.to_email.lower() else []


def _is_still_due(mail: OutgoingMail) -> bool:
    """Whether a mail that is not sent now would still be, were it; if not, that is noted."""
    look = _looks.get(mail.kind)
    return look is None or _passes(mail, look)


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
        [_addressed(mail)],
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


def _addressed(mail: OutgoingMail) -> str:
    """Address and name, for Django to encode: in lines of a length that servers take."""
    if not mail.to_name:
        return mail.to_email
    if mail.to_name.isascii():
        return formataddr((mail.to_name, mail.to_email))
    # formataddr() would encode the name as one word, which no line can be broken in.
    return f'"{quote(mail.to_name)}" <{mail.to_email}>'


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


def _give_up_what_kills_workers() -> None:
    OutgoingMail.objects.filter(
        sent_at=None, failed_at=None, attempts__gte=MOST_ATTEMPTS, leased_until__lt=Now()
    ).update(
        failed_at=Now(),
        leased_until=None,
        error="The worker stopped each time it tried to send this email.",
    )


def _note_failure(mail: OutgoingMail, words: str, *, final: bool) -> None:
    if final or mail.attempts >= MOST_ATTEMPTS:
        # The words stay in the row alone: servers repeat the address in them.
        logger.warning("Mail %s (%s) given up.", mail.pk, mail.kind)
        _note(mail, failed_at=Now(), leased_until=None, error=words)
        return
    wait = WAITS[mail.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    logger.info("Mail %s (%s) will be retried in %d s.", mail.pk, mail.kind, wait.total_seconds())
    _note(mail, due_at=Now() + wait, leased_until=None, error=words)


def _put_back(mail: OutgoingMail, words: str) -> None:
    """As if it had not been tried."""
    _note(mail, attempts=F("attempts") - 1, leased_until=None, error=words)


def _do_not_count(mail: OutgoingMail) -> None:
    """Take back that the last try of `mail` failed; it goes behind the others that wait."""
    age = timezone.now() - mail.created_at
    if age > TROUBLE_LASTS:
        return
    rows = OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts, sent_at=None)
    # Not if staff gave it up meanwhile, or another worker has it.
    rows = rows.filter(leased_until=None).exclude(error__startswith="Given up by ")
    wait = min(max(age / 10, TROUBLE_WAIT), LONGEST_TROUBLE_WAIT) * random.uniform(1, 2)  # noqa: S311
    back = {"attempts": F("attempts") - 1, "in_trouble": True}
    rows.update(**back, failed_at=None, due_at=Now() + wait)


def _note_answer(mail: OutgoingMail) -> None:
    """That the server's answer to `mail` is its last."""
    rows = OutgoingMail.objects.filter(pk=mail.pk, sent_at=None)
    rows.update(answered_at=Now(), in_trouble=False)


def _note(mail: OutgoingMail, **fields) -> None:
    # Not if the lease ended and another worker took it, or staff decided meanwhile.
    rows = OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts)
    rows.filter(sent_at=None, failed_at=None).update(**fields)
