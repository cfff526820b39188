"""
Free seats are given to the waiting list while readers can see the event, until the time that the
event says (Event.seats_pass_until). After it, and while an event is hidden, a freed seat stays
free: staff can give it, and whoever registers takes it. Seats that staff add go to the waiting list
after that time as well: who adds them means somebody to get them, and was told who.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import letters, seats
from .models import Event, Registration
from .models.event_rows import taken


def pass_on(event: Event) -> list[Registration]:
    """
    Give what is free in the locked `event` to those who wait, and mail them, as long as seats are
    passed on; returns them.
    """
    return give(event) if event.passes_seats_on else []


def give(event: Event) -> list[Registration]:
    """As pass_on(), also after the time until which seats are passed on."""
    if event.is_cancelled or event.is_over or not event.is_public:
        return []
    seated = seats.fill(event)
    letters.promoted(seated)
    return seated


def pass_on_where_due() -> int:
    """
    Do so for each event that is public again with seats that became free meanwhile. Returns how
    many parties got a seat.
    """
    return sum(len(_pass_on(key)) for key in _due().values_list("pk", flat=True))


@transaction.atomic
def _pass_on(key: int) -> list[Registration]:
    return pass_on(seats.locked(key))


def _due():
    """Events in which somebody waits who would fit."""
    now = timezone.now()
    still = Q(pass_seats_until__gt=now) | Q(
        pass_seats_until=None, starts_at__gt=now + Event.SEATS_PASS_BEFORE
    )
    waits = Registration.objects.filter(
        Q(event__capacity=None) | Q(seats__lte=OuterRef("left")),
        event=OuterRef("pk"),
        status=Registration.Status.WAITING,
    )
    rows = Event.objects.published(now).filter(still, cancelled_at=None, ends_at__gt=now)
    left = F("capacity") - Coalesce(taken(), Value(0))
    return rows.annotate(left=left).filter(Exists(waits)).order_by("pk")
