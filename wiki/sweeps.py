"""What the worker does for the wiki."""

from competencyworks.core.background.sweeps import sweep

from . import upkeep


@sweep(every=3600)
def remind_of_reviews() -> None:
    """Puts the reminders of pages and resources that are due for review into the outbox."""
    upkeep.queue_reminders()
