"""
Reminders before an event, at the times that its organizer set.

One is due once the clock has passed its moment. Of several that are (nobody sent mail for a day)
the last alone goes out. Who got a seat after the moment has had a mail since, and gets the
reminders that are still ahead.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from competencyworks.core.mail.outbox import write
from competencyworks.core.mail.sending import NO_LONGER_DUE, checked
from competencyworks.core.models import OutgoingMail

from . import mailings
from .models import Event, Registration, Reminder
from .patterns import Pattern
from .video_service import places

NOT_PUBLIC = "the event is no longer public."
A_MOMENT = timedelta(minutes=1)  # the clocks of the database and of the worker may differ
LONGEST = timedelta(days=3650)


def queue_due() -> int:
    """Put the reminders into the outbox that are due; returns how many mails that are."""
    now = timezone.now()
    events = Event.objects.published().filter(cancelled_at=None, starts_at__gt=now)
    rows = events.exclude(reminder_minutes=[]).only("title", "starts_at", "reminder_minutes")
    found = [(event, _due(event, now)) for event in rows]
    due = [(event, minutes) for event, minutes in found if minutes is not None]
    done = Reminder.objects.filter(event__in=[event for event, _ in due])
    done = (
        {(row.event_id, row.minutes, row.starts_at): row.queued_at for row in done} if due else {}
    )
    count, earlier = 0, []
    for event, minutes in due:
        queued_at = done.get((event.pk, minutes, event.starts_at))
        if queued_at is None:
            count += _queue(event, minutes)
        else:
            earlier.append((_what(event, minutes), queued_at))
    return count + _bring_back(earlier)


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
    return mailings.queue_for(rows, _what(event, minutes), "reminder", f"Reminder: {event.title}")


def _what(event: Event, minutes: int) -> str:
    """What the keys of the mails of one reminder end with."""
    return f"reminder-{minutes}-{int(event.starts_at.timestamp())}"


def _bring_back(reminders: list[tuple[str, datetime]]) -> int:
    """
    Queue those mails of earlier reminders again that were dropped because their event was not
    public, which it is now. `reminders` are what their keys end with, and since when they are
    queued. Returns how many.
    """
    if not reminders:
        return 0
    ends = reduce(or_, (Q(key__endswith=f"-{what}") for what, _ in reminders))
    dropped = OutgoingMail.objects.filter(
        ends,
        created_at__gte=min(queued_at for _, queued_at in reminders) - A_MOMENT,
        kind="registration.reminder",
        error=f"{NO_LONGER_DUE}{NOT_PUBLIC}",
        sent_at=None,
    )
    return dropped.update(failed_at=None, error="", attempts=0, due_at=timezone.now())


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
        return NOT_PUBLIC
    if int(event.starts_at.timestamp()) != int(what.rpartition("-")[2]):
        return "the event was rescheduled, and a separate reminder covers the new time."
    if event.is_over:
        return "the event is over."
    pattern = Pattern(event, "reminder", "event_reminder")
    made = pattern.to(
        row,
        what,
        "reminder",
        way_in=places.own_address(row),
        is_named=row.is_verified,
    )
    write(mail, made)
    return None
