"""What the worker does for accounts."""

from competencyworks.core.background.sweeps import sweep

from . import sessions


@sweep(every=6 * 60 * 60)
def forget_ended_sessions() -> None:
    """Deletes sessions that have ended, with the network addresses that their lists hold."""
    sessions.forget_ended()
