"""
Mails to many registrants of one event: what comes after it, and messages of the organizer.

They go into the outbox by one statement, however many they are, and are written when they are
sent: by then it may have changed what they say, and whether they are due at all.
"""

import re

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from competencyworks.core.mail.outbox import Mail, one_line, write
from competencyworks.core.mail.sending import checked
from competencyworks.core.models import OutgoingMail

from . import wording
from .models import Event, Mailing, Question, Registration
from .patterns import Pattern

Status = Registration.Status
Audience = Mailing.Audience
KEY = re.compile(r"registration-(\d+)-(.+)")
GONE = "there is no such registration any more."
NO_SEAT = "the registration is no longer confirmed."
CANCELLED = "the event is cancelled."
QUEUE = """
INSERT INTO core_outgoingmail
  (key, kind, to_email, to_name, subject, text, html, headers, attachments,
   created_at, due_at, attempts, error)
SELECT 'registration-' || party.id || '-' || %s, %s, party.email,
  regexp_replace(party.name, '[[:cntrl:]]+', ' ', 'g'), %s, '', '', '{{}}', '[]',
  now(), now(), 0, ''
FROM ({rows}) AS party (id, email, name)
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


@transaction.atomic
def send(mailing: Mailing) -> int:
    """
    Queue the message (not stored yet) for all whom it goes to, and keep it. Returns how many they
    are; 0, and nothing happens, where a message of the same form has been sent.
    """
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
    kept.count = queue_for(
        audience(kept.event, kept.audience), f"message-{kept.pk}", "message", subject
    )
    kept.save(update_fields=["count"])
    return kept.count


def why_no_follow_up(event: Event) -> str | None:
    """Why the mail after the event cannot go out, for staff; None if it can."""
    if event.is_cancelled:
        return "The event is cancelled."
    if not event.is_over:
        return "The event is not over yet."
    if not (event.recording_url or event.slides_url or has_survey(event)):
        return "There is nothing to send: give the event a recording, slides, or survey questions."
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
        raise NotYet("Choose those with a seat, or those who attended.")
    return queue_for(audience(event, whom), "follow-up", "follow-up", f"Afterwards: {event}")


def queue_for(rows: QuerySet[Registration], what: str, kind: str, subject: str) -> int:
    """
    Put a mail, yet to be written, to each of `rows` into the outbox; its key is the
    registration's with `what`. Returns how many were not there before. One query.
    """
    found = rows.exclude(email="").order_by("pk").values_list("pk", "email", "name")
    sql, parameters = found.query.sql_with_params()
    with connection.cursor() as cursor:
        # All values are parameters; the rows are Django's own SQL.
        cursor.execute(
            QUEUE.format(rows=sql),
            [what, f"registration.{kind}", one_line(subject)[:300], *parameters],
        )
        return cursor.rowcount


def addressed(mail: OutgoingMail) -> tuple[Registration | None, str]:
    """The registration that a mail is about, and what follows its number in the key."""
    key, what = KEY.fullmatch(mail.key).groups()
    rows = Registration.objects.select_related("event").defer(
        "event__vector", "event__html", "event__body", "event__contents", "event__attached_text"
    )
    return rows.filter(pk=key, anonymous_at=None).first(), what


@checked("registration.message")
def look_at_message(mail: OutgoingMail) -> str | None:
    row, what = addressed(mail)
    mailing = Mailing.objects.filter(pk=what.removeprefix("message-")).first()
    if row is None or mailing is None:
        return GONE
    write(mail, message_to(row, mailing))
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
    write(mail, follow_up_to(row))
    return None


def message_to(row: Registration, mailing: Mailing) -> Mail:
    """The message as one registrant gets it."""
    texts = (mailing.subject, mailing.text, "")
    pattern = Pattern(row.event, "message", "event_message", texts=texts)
    return pattern.to(row, f"message-{mailing.pk}", "message")


def follow_up_to(row: Registration) -> Mail:
    """The mail after the event as one registrant gets it."""
    survey = has_survey(row.event)
    pattern = Pattern(row.event, "follow-up", "event_follow_up", has_survey=survey)
    return pattern.to(row, "follow-up")


def has_survey(event: Event) -> bool:
    return event.questions.filter(asked=Question.Asked.SURVEY).exists()
