"""What the worker does for events."""

from competencyworks.core.background.sweeps import sweep

from . import reminders


@sweep(every=30)
def queue_reminders() -> None:
    """Puts the reminders that are due into the outbox."""
    reminders.queue_due()
