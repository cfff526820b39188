"""What the worker does for the wiki."""

from competencyworks.core.background.sweeps import sweep

from . import upkeep
from .suggesting import upkeep as suggesting
from .watching import acts, telling


@sweep(every=3600)
def remind_of_reviews() -> None:
    """Puts the reminders of pages and resources that are due for review into the outbox."""
    upkeep.queue_reminders()


@sweep(every=300)
def tell_of_published_suggestions() -> bool:
    """Mails readers whose suggested resource became public after it was accepted."""
    return suggesting.tell_of_published()


@sweep(every=3600)
def forget_suggestions() -> bool:
    """Drops who suggested what was declined long ago, and what looked like spam."""
    return suggesting.forget()


@sweep(every=60, side_by_side=True)
def tell_of_changes() -> bool:
    """Mails those who watch a page or resource what has changed there."""
    return telling.tell()


@sweep(every=3600)
def forget_unconfirmed_watches() -> bool:
    """Deletes watches that nobody confirmed within a week."""
    return acts.forget_unconfirmed()
