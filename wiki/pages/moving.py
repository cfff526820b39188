"""A page, with all that stands below it, moves to another place in the tree."""

from django.db import connection

from ..models import WikiPage


class CannotMove(ValueError):
    """A place that the page cannot have; the message says why, for staff."""


def check_place(page: WikiPage) -> None:
    """
    Raise CannotMove if `page`, which is about to be saved, would stand below itself. Until the
    transaction ends nobody else moves a page, so that two moves at once make no ring either.

    Addresses do not tell the place, so that none changes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('tree of the wiki', 0))")
    if page.stands_below_itself():
        raise CannotMove("A page cannot be placed under itself.")
