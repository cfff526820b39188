"""What the worker does for the blog."""

from competencyworks.core.background.sweeps import sweep

from .papers import reading


@sweep(every=10)
def read_papers() -> bool:
    """Reads one new file of a paper."""
    reading.give_up()
    return reading.read_next()
