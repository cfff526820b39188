"""
Reminders before an event, at the times that its organizer set.

One is due once the clock has passed its moment. Of several that are (nobody sent mail for a day)
the last alone goes out. Who got a seat after the moment has had a mail since, and gets the
reminders that are still ahead.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from competencyworks.core.mail.outbox import write
from competencyworks.core.mail.sending import checked
from competencyworks.core.models import OutgoingMail

from . import mailings
from .models import Event, Registration, Reminder
from .patterns import Pattern

LONGEST = timedelta(days=3650)


def queue_due() -> int:
    """Put the reminders into the outbox that are due; returns how many mails that are."""
    now = timezone.now()
    events = Event.objects.published().filter(cancelled_at=None, starts_at__gt=now)
    rows = events.exclude(reminder_minutes=[]).only("title", "starts_at", "reminder_minutes")
    found = [(event, _due(event, now)) for event in rows]
    due = [(event, minutes) for event, minutes in found if minutes is not None]
    done = Reminder.objects.filter(event__in=[event for event, _ in due])
    known = set(done.values_list("event", "minutes", "starts_at")) if due else set()
    return sum(
        _queue(event, minutes)
        for event, minutes in due
        if (event.pk, minutes, event.starts_at) not in known
    )


def _due(event: Event, now) -> int | None:
    """The least of the event's minutes whose moment has passed."""
    left = event.starts_at - now
    return min((m for m in event.reminder_minutes if left <= timedelta(minutes=m)), default=None)


@transaction.atomic
def _queue(event: Event, minutes: int) -> int:
    _, is_new = Reminder.objects.get_or_create(
        event=event, minutes=minutes, starts_at=event.starts_at
    )
    if not is_new:  # another worker has just done it
        return 0
    moment = event.starts_at - min(timedelta(minutes=minutes), LONGEST)
    rows = event.registrations.confirmed().filter(confirmed_at__lte=moment)
    what = f"reminder-{minutes}-{int(event.starts_at.timestamp())}"
    return mailings.queue_for(rows, what, "reminder", f"Reminder: {event.title}")


@checked("registration.reminder")
def look_at_reminder(mail: OutgoingMail) -> str | None:
    row, what = mailings.addressed(mail)
    if row is None:
        return mailings.GONE
    event = row.event
    if row.status != Registration.Status.CONFIRMED:
        return mailings.NO_SEAT
    if event.is_cancelled:
        return mailings.CANCELLED
    if not event.is_public:
        return "the event is not public any more."
    if int(event.starts_at.timestamp()) != int(what.rpartition("-")[2]):
        return "the event was moved; of its new time there is a reminder of its own."
    if event.is_over:
        return "the event is over."
    write(mail, Pattern(event, "reminder", "event_reminder").to(row, what, "reminder"))
    return None
