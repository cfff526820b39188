"""What the worker does for events."""

from competencyworks.core.background.sweeps import sweep

from . import reminders, retention


@sweep(every=30)
def queue_reminders() -> None:
    """Puts the reminders that are due into the outbox."""
    reminders.queue_due()


@sweep(every=6 * 3600)
def forget_registrants() -> None:
    """Takes the persons out of registrations that are kept no longer."""
    retention.make_old_ones_anonymous()
