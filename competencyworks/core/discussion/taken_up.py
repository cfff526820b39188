"""
What other parts of the site made of a comment, told in a line below it.

Whoever makes something of a comment sets its `is_taken_up` and registers who says what was made:

    @teller
    def resources_of(keys: list[int]) -> dict[int, SafeString]: …

It is asked only for comments that are taken up, so that others cost no query.
"""

from collections.abc import Callable

from django.utils.safestring import SafeString

_tellers: list[Callable[[list[int]], dict[int, SafeString]]] = []


def teller(function: Callable[[list[int]], dict[int, SafeString]]) -> Callable:
    """Register a function from the keys of comments to lines of HTML, for those that have one."""
    _tellers.append(function)
    return function


def lines(keys: list[int]) -> dict[int, list[SafeString]]:
    """What all tellers say of the comments with these keys."""
    found: dict[int, list[SafeString]] = {}
    for tell in _tellers:
        for key, line in tell(keys).items():
            found.setdefault(key, []).append(line)
    return found
