"""The events to look after, as the front page of the admin shows them to whoever runs events."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from competencyworks.core import policy
from events import undelivered
from events.models import Event, Registration
from events.models.event_rows import taken

SHOWN = 8
LATELY = timedelta(days=90)  # what lacks something for longer is in the list
Status = Registration.Status


@dataclass(frozen=True)
class EventDesk:
    """
    The next events, with `seats_taken`, `waiting` and `undelivered`, also those that readers cannot
    see though people have registered; those ahead that are not published yet; those that are over
    and lack something, with `lacks`. Of each list `more_…` says whether there are more than it
    shows. `sees_registrants`: the user may open the lists of registrations.
    """

    coming: list[Event]
    more_coming: bool
    unpublished: list[Event]
    more_unpublished: bool
    ended: list[Event]
    sees_registrants: bool


def event_desk(user: AbstractUser) -> EventDesk | None:
    """What `user` looks after; None for who changes no events. Five queries."""
    if not policy.may(user, "change", Event):
        return None
    now = timezone.now()
    kept = policy.rows(user, "view", Event.objects.kept()).light()
    ahead = policy.rows(user, "view", Event.objects.all()).light().upcoming(now)
    registered = Registration.objects.exclude(status=Status.CANCELLED).filter(event=OuterRef("pk"))
    # Shown to readers, now or from a date on.
    shown = Q(status=Event.Status.PUBLISHED, trashed_at=None) & (
        Q(unpublish_at=None) | Q(unpublish_at__gt=now)
    )
    awaited = Exists(registered) & Q(cancelled_at=None)
    waiting = Count("registrations", filter=Q(registrations__status=Status.WAITING))
    coming = list(
        ahead.filter(shown | awaited).annotate(seats_taken=taken(), waiting=waiting)[: SHOWN + 1]
    )
    more_coming = len(coming) > SHOWN
    coming = coming[:SHOWN]
    rows = undelivered.undelivered().filter(event__in=coming)
    lost = dict(rows.order_by().values_list("event").annotate(Count("pk")))
    for event in coming:
        event.undelivered = lost.get(event.pk, 0)
        event.is_hidden = not event.is_public and event.stage != "Scheduled"
    states = (Event.Status.DRAFT, Event.Status.REVIEW)
    drafts = ahead.filter(status__in=states, trashed_at=None)
    unpublished = list(drafts.exclude(awaited)[: SHOWN + 1])
    return EventDesk(
        coming=coming,
        more_coming=more_coming,
        unpublished=unpublished[:SHOWN],
        more_unpublished=len(unpublished) > SHOWN,
        ended=_ended(kept.filter(ends_at__gt=now - LATELY)),
        sees_registrants=policy.may(user, "view", Registration),
    )


def _ended(rows) -> list[Event]:
    """Those of `rows` that lack a recording or attendance, the latest first."""
    silent = {event.pk: event for event in rows.without_recording().past()[:SHOWN]}
    unnoted = {event.pk: event for event in rows.without_attendance().past()[:SHOWN]}
    found = sorted((silent | unnoted).values(), key=lambda event: event.ends_at, reverse=True)
    for event in found:
        event.lacks = [
            words
            for words, those in (("no recording", silent), ("attendance not recorded", unnoted))
            if event.pk in those
        ]
    return found[:SHOWN]
