"""What the worker does for the whole site."""

from competencyworks.core.background.sweeps import sweep

from . import search_words


@sweep(every=6 * 3600)
def note_words_of_titles() -> None:
    """Writes the words anew that a search without results is compared with."""
    search_words.rewrite()
