"""What the worker does for addresses outside: asks whether they answer, finds copies."""

import time

from django.conf import settings

from ..background.sweeps import sweep
from . import archive
from .checking import check, claim
from .mourning import look_for_copy, without_copy
from .politeness import NotNow

SLICE = 3.0  # seconds, before the worker looks after mail and other work


@sweep(every=15, side_by_side=True)
def check_links() -> bool:
    """Asks addresses that texts cite whether they answer; True if more may be asked at once."""
    if not settings.CHECK_LINKS:
        return False
    end = time.monotonic() + SLICE
    while time.monotonic() < end:
        row = claim()
        if row is None:
            return False
        check(row)
    return True


@sweep(every=60)
def find_archived_copies() -> bool:
    """Asks the web archive for a copy of one address that is dead; True if there are more."""
    if not settings.CHECK_LINKS or not archive.is_on():
        return False
    row = without_copy().first()
    if row is None:
        return False
    try:
        look_for_copy(row)
    except NotNow:
        return False
    return True
