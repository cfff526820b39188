"""What the worker does for events."""

from competencyworks.core.background.sweeps import sweep

from . import free_seats, reminders, retention
from .video_service import places


@sweep(every=30)
def queue_reminders() -> None:
    """Puts the reminders that are due into the outbox."""
    reminders.queue_due()


@sweep(every=30)
def pass_on_free_seats() -> None:
    """Gives seats that became free while an event was hidden to its waiting list."""
    free_seats.pass_on_where_due()


@sweep(every=6 * 3600)
def forget_registrants() -> None:
    """Takes the persons out of registrations that are kept no longer."""
    retention.make_old_ones_anonymous()


@sweep(every=5)
def tell_video_service() -> bool:
    """Registers those with a seat at the video service, and deletes there who gave theirs back."""
    return places.work()
