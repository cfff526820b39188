"""
Who sits and who waits: the only module that gives and frees seats.

Every act takes the lock of the event's row first, so acts on one event follow one another in some
order, on whatever connection they run. Hence, after each:

- none has raised the seats of confirmed parties above the capacity (lowering the capacity may leave
  them above it, and takes nobody's seat);
- while seats are passed on (free_seats), no party waits that would fit into what is free. One that
  does not fit is passed over by the next that does, and keeps its place.
"""

from django.db.models import Sum
from django.utils import timezone

from .models import Event, Registration

Status = Registration.Status


def locked(event_id: int) -> Event:
    """
    The event, locked until the transaction ends. Raises Event.DoesNotExist.

    The key stays unlocked (FOR NO KEY UPDATE), so that rows elsewhere may refer to the event.
    """
    return Event.objects.select_for_update(no_key=True, of=("self",)).get(pk=event_id)


def free(event: Event) -> int | None:
    """How many seats of the locked `event` are free; None if there is no end to them."""
    if event.capacity is None:
        return None
    rows = event.registrations.confirmed().order_by()
    taken = rows.aggregate(taken=Sum("seats", default=0))["taken"]
    return max(event.capacity - taken, 0)


def fits(event: Event, seats: int) -> bool:
    """Whether a party of so many fits into what is free in the locked `event`."""
    left = free(event)
    return left is None or seats <= left


def fill(event: Event) -> list[Registration]:
    """Give what is free in the locked `event` to those who wait, and return them."""
    left = free(event)
    if left == 0:
        return []
    seated = []
    for party in event.registrations.waiting():
        if left is None or party.seats <= left:
            party.status, party.confirmed_at = Status.CONFIRMED, timezone.now()
            seated.append(party)
            left = None if left is None else left - party.seats
        if left == 0:
            break
    Registration.objects.bulk_update(seated, ["status", "confirmed_at"], batch_size=500)
    return seated


def place_in_line(registration: Registration) -> int:
    """Which one of those who wait it is, from 1."""
    return registration.event.registrations.waiting().filter(pk__lte=registration.pk).count()
