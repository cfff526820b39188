"""The events to look after, as the front page of the admin shows them to whoever runs events."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Q
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
    The next events, with `seats_taken`, `waiting` and `undelivered`; those ahead that are not
    published yet; those that are over and lack something, with `lacks`. `sees_registrants`: the
    user may open the lists of registrations.
    """

    coming: list[Event]
    unpublished: list[Event]
    ended: list[Event]
    sees_registrants: bool


def event_desk(user: AbstractUser) -> EventDesk | None:
    """What `user` looks after; None for who changes no events. Five queries."""
    if not policy.may(user, "change", Event):
        return None
    now = timezone.now()
    kept = policy.rows(user, "view", Event.objects.kept()).light()
    ahead = kept.upcoming(now)
    public = ahead.filter(status=Event.Status.PUBLISHED).filter(
        Q(unpublish_at=None) | Q(unpublish_at__gt=now)
    )
    waiting = Count("registrations", filter=Q(registrations__status=Status.WAITING))
    coming = list(public.annotate(seats_taken=taken(), waiting=waiting)[:SHOWN])
    rows = undelivered.undelivered().filter(event__in=coming)
    lost = dict(rows.order_by().values_list("event").annotate(Count("pk")))
    for event in coming:
        event.undelivered = lost.get(event.pk, 0)
    states = (Event.Status.DRAFT, Event.Status.REVIEW)
    return EventDesk(
        coming=coming,
        unpublished=list(ahead.filter(status__in=states)[:SHOWN]),
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
