"""What follows when an event is moved: calendars must learn that their entry is old."""

from .models import Event

MOVED_BY = ("starts_at", "ends_at", "zone", "attendance", "venue", "venue_address")


def save_from_admin(before: Event, event: Event) -> None:
    """
    Call it in the transaction that saved `event` over `before`, as it was stored under the lock.

    A new time or place raises the sequence, so that calendars take the new entry (RFC 5545,
    3.8.7.4).
    """
    if any(getattr(before, name) != getattr(event, name) for name in MOVED_BY):
        event.sequence = before.sequence + 1
        event.save(update_fields=["sequence"])
