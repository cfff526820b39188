"""
Mails to many registrants of one event: what comes after it, and messages of the organizer.

They go into the outbox by one statement, however many they are, and are written when they are
sent: by then it may have changed what they say, and whether they are due at all.
"""

import re

from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from competencyworks.core.mail.outbox import Mail, one_line, write
from competencyworks.core.mail.sending import checked
from competencyworks.core.models import OutgoingMail

from . import seats, wording
from .models import Event, Mailing, Registration
from .patterns import Pattern
from .survey import has_survey

Status = Registration.Status
Audience = Mailing.Audience
KEY = re.compile(r"registration-(\d+)-(.+)")
GONE = "the registration no longer exists."
OTHERS = "the registration is no longer among those the message goes to."
NO_SEAT = "the registration is no longer confirmed."
CANCELLED = "the event is canceled."
QUEUE = """
INSERT INTO core_outgoingmail
  (key, kind, to_email, to_name, subject, text, html, headers, attachments,
   created_at, due_at, attempts, error, about, details, in_trouble)
SELECT 'registration-' || party.id || '-' || %s, %s, party.email, '', %s, '', '', '{{}}', '[]',
  now(), now(), 0, '', 'registration-' || party.id, '{{}}', false
FROM ({rows}) AS party (id, email)
ON CONFLICT (key) DO NOTHING
"""


class NotYet(ValueError):
    """Why a mail to registrants cannot be sent now; the message is for staff."""


def audience(event: Event, whom: str) -> QuerySet[Registration]:
    """The registrations of `event` with an address whom a mail to `whom` (an Audience) reaches."""
    rows = event.registrations.exclude(email="").filter(anonymous_at=None)
    narrowed = {
        Audience.SEATED: Q(status=Status.CONFIRMED),
        Audience.ATTENDED: Q(status=Status.CONFIRMED, attended=True),
        Audience.WAITING: Q(status=Status.WAITING),
        Audience.ALL: ~Q(status=Status.CANCELLED),
        Audience.CANCELLED: Q(status=Status.CANCELLED),
    }
    return rows.filter(narrowed[Audience(whom)])


def recipients(mailing: Mailing) -> QuerySet[Registration]:
    """
    Whom the message (not stored yet) reaches: its audience without those who got the same words
    before, by another form or as part of another audience.
    """
    rows = audience(mailing.event, mailing.audience)
    same = mailing.event.mailings.filter(subject=mailing.subject, text=mailing.text)
    for key in same.values_list("pk", flat=True):
        rows = without(rows, f"message-{key}")
    return rows


def without(rows: QuerySet[Registration], what: str) -> QuerySet[Registration]:
    """`rows` without those who have the mail in the outbox whose key ends with `what`."""
    key = Concat(
        Value("registration-"), Cast(OuterRef("pk"), CharField()), Value(f"-{what}"),
        output_field=CharField(),
    )  # fmt: skip
    return rows.filter(~Exists(OutgoingMail.objects.filter(key=key)))


@transaction.atomic
def send(mailing: Mailing) -> int:
    """
    Queue the message (not stored yet) for its recipients(), and keep it. Returns how many they are;
    0, and nothing happens, where there are none, or a message of the same form has been sent.

    The event's lock makes a second one wait, so that two tabs do not mail anybody twice.
    """
    seats.locked(mailing.event.pk)
    rows = recipients(mailing)
    if not rows.exists():
        return 0
    kept, made = Mailing.objects.get_or_create(
        nonce=mailing.nonce,
        defaults={
            "event": mailing.event,
            "audience": mailing.audience,
            "subject": mailing.subject,
            "text": mailing.text,
            "written_by": mailing.written_by,
        },
    )
    if not made:
        return 0
    subject = wording.filled(kept.subject, name="…", title=kept.event.title, when="…")
    kept.count = queue_for(rows, f"message-{kept.pk}", "message", subject)
    kept.save(update_fields=["count"])
    return kept.count


def why_no_follow_up(event: Event) -> str | None:
    """Why the mail after the event cannot go out, for staff; None if it can."""
    if event.is_cancelled:
        return "The event is canceled."
    if not event.is_over:
        return "The event is not over yet."
    if not (event.recording_url or event.slides_url or has_survey(event)):
        return (
            "There is nothing to send yet. "
            "Add a recording, slides, or survey questions to the event first."
        )
    return None


@transaction.atomic
def follow_up(event: Event, whom: str) -> int:
    """
    Queue the mail after the event for those with a seat, or who attended (an Audience). Nobody
    gets it twice, however often this is done. Returns how many get it now. Raises NotYet.
    """
    if reason := why_no_follow_up(event):
        raise NotYet(reason)
    if whom not in (Audience.SEATED, Audience.ATTENDED):
        raise NotYet("Select either the people with a seat or the people who attended.")
    return queue_for(audience(event, whom), "follow-up", "follow-up", f"Follow-up: {event}")


def queue_for(rows: QuerySet[Registration], what: str, kind: str, subject: str) -> int:
    """
    Put a mail, yet to be written, to each of `rows` into the outbox; its key is the
    registration's with `what`. Returns how many were not there before. One query.
    """
    found = rows.exclude(email="").order_by("pk").values_list("pk", "email")
    sql, parameters = found.query.sql_with_params()
    with connection.cursor() as cursor:
        # All values are parameters; the rows are Django's own SQL.
        cursor.execute(
            QUEUE.format(rows=sql),
            [what, f"registration.{kind}", one_line(subject)[:300], *parameters],
        )
        return cursor.rowcount


def addressed(mail: OutgoingMail) -> tuple[Registration | None, str]:
    """
    The registration that a mail is about, unless it has another address by now, and what follows
    its number in the key.
    """
    key, what = KEY.fullmatch(mail.key).groups()
    rows = Registration.objects.select_related("event").defer(
        "event__vector", "event__html", "event__body", "event__contents", "event__attached_text"
    )
    rows = rows.filter(email__iexact=mail.to_email, anonymous_at=None)
    return rows.filter(pk=key).first(), what


@checked("registration.message")
def look_at_message(mail: OutgoingMail) -> str | None:
    row, what = addressed(mail)
    mailing = Mailing.objects.filter(pk=what.removeprefix("message-")).first()
    if row is None or mailing is None:
        return GONE
    if not audience(row.event, mailing.audience).filter(pk=row.pk).exists():
        return OTHERS
    write(mail, message_to(row, mailing, is_named=row.is_verified))
    return None


@checked("registration.follow-up")
def look_at_follow_up(mail: OutgoingMail) -> str | None:
    row, _ = addressed(mail)
    if row is None:
        return GONE
    if row.status != Status.CONFIRMED:
        return NO_SEAT
    if row.event.is_cancelled:
        return CANCELLED
    write(mail, follow_up_to(row, is_named=row.is_verified))
    return None


def message_to(row: Registration, mailing: Mailing, *, is_named: bool) -> Mail:
    """The message as one registrant gets it, with their name if `is_named` (see Pattern.to)."""
    texts = (mailing.subject, mailing.text, "")
    pattern = Pattern(row.event, "message", "event_message", texts=texts)
    return pattern.to(row, f"message-{mailing.pk}", "message", is_named=is_named)


def follow_up_to(row: Registration, *, is_named: bool) -> Mail:
    """The mail after the event as one registrant gets it, with their name if `is_named`."""
    asks = has_survey(row.event)
    pattern = Pattern(row.event, "follow-up", "event_follow_up", has_survey=asks)
    return pattern.to(row, "follow-up", is_named=is_named)
