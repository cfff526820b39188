"""
The email address at which the public reaches the people of the site. The website keeps it in its
settings, and says by set_source() how to ask for it; mail that is not about a request needs it.
"""

from collections.abc import Callable

_sources: list[Callable[[], str]] = []


def set_source(find: Callable[[], str]) -> None:
    _sources[:] = [find]


def email() -> str:
    """The address, or '' while staff have set none."""
    return _sources[0]() if _sources else ""
