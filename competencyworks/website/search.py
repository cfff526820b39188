"""One search over all kinds of content."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from competencyworks.core.paging import ListPage, NoSuchPage
from competencyworks.core.search import units

from . import search_matches as matching
from . import search_terms
from .search_extracts import hits
from .search_words import suggestion

MAX_QUERY = 200  # characters
# PostgreSQL refuses NUL; the others mean nothing in words.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass
class Results:
    """
    What a search found. `names` are people, states, topics and tags that its words name or that
    are called like them: the first part of the address, the name, the address.
    """

    words: str
    page: ListPage
    count: int = 0
    names: list[tuple[str, str, str]] = field(default_factory=list)
    is_meaningless: bool = False  # stop words alone, as 'the'
    suggestion: str = ""  # words that are spelled like these, where nothing was found

    @property
    def count_text(self) -> str:
        """'1 result', '17 results', '1,000+ results'."""
        if self.count > matching.COUNTED:
            return f"{matching.COUNTED:,}+ results"
        return f"{self.count:,} result{'' if self.count == 1 else 's'}"


def search(words: str, number: int) -> Results:
    """
    Page `number` of what matches `words`. Raises NoSuchPage for a page past the last.

    Of each kind the newest matches are counted, up to COUNTED, and the newest of these ranked,
    so that what a word costs does not grow with what it finds. Four queries at most.
    """
    words = _CONTROL.sub(" ", words).strip()[:MAX_QUERY]
    parts = units(words)
    if not parts:  # nothing, or signs alone
        return _nothing("", number)
    read = search_terms.read(parts)
    if not read.has_meaning:
        return _nothing(words, number, is_meaningless=True)
    first = (number - 1) * matching.PAGE_SIZE
    count, shown = matching.found(parts, read.terms, read.rest, first)
    if not shown:
        if number > 1:
            raise NoSuchPage
        return _nothing(words, number, names=read.names, suggestion=suggestion(parts))
    page = ListPage(
        items=hits(parts, bool(read.terms), shown),
        number=number,
        has_next=count > first + matching.PAGE_SIZE,
        base=f"{urlencode({'q': words})}&",
    )
    return Results(words, page, count, read.names if number == 1 else [])


def _nothing(words: str, number: int, **more) -> Results:
    if number > 1:
        raise NoSuchPage
    return Results(words, ListPage(items=[], number=1, has_next=False, base=""), **more)
