"""Events and registrations for tests."""

import itertools
from datetime import timedelta

from django.utils import timezone

from events.models import Event
from events.registration import Party, register

_count = itertools.count(1)


def event(*, public: bool = True, days: float = 7, hours: float = 1, **more) -> Event:
    """An event that starts so many days from now."""
    number = next(_count)
    start = timezone.now().replace(microsecond=0) + timedelta(days=days)
    more.setdefault("starts_at", start)
    more.setdefault("ends_at", more["starts_at"] + timedelta(hours=hours))
    more.setdefault("title", f"Event {number}")
    more.setdefault("body", f"<p>What event {number} is about.</p>")
    if public:
        more.setdefault("status", "published")
        more.setdefault("publish_at", timezone.now() - timedelta(days=1))
    return Event.objects.create(**more)


def party(seats: int = 1, **more) -> Party:
    number = next(_count)
    more.setdefault("name", f"Registrant {number}")
    more.setdefault("email", f"registrant{number}@example.org")
    return Party(seats=seats, **more)


def registered(event: Event, seats: int = 1, **more):
    return register(event.pk, party(seats, **more))
