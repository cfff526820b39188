"""
One request at a time to a host, with a pause before the next, whoever makes them.

A lock of the database (background.locks) is held while a host is asked; when it may be asked
again stands in its row (OutsideHost.free_at). So it holds for any number of workers on any hosts.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.db.models.functions import Greatest
from django.utils import timezone

from ..background.locks import held
from ..models.links import OutsideHost
from .addresses import split

PAUSE = timedelta(seconds=1)  # between two requests to one host
LOCK = "ask host {}"
# Of a host that wants to be left alone, and does not say for how long; and what is taken
# of its word.
USUAL_REST = timedelta(hours=1)
SHORTEST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(days=7)


class NotNow(Exception):
    """The host may not be asked at present: another asks it, or it wants to rest until then."""


def turn_of(url: str, pause: timedelta | None = None) -> AbstractContextManager:
    """As `turn`, of the host in `url`."""
    return turn(host_in(url), pause)


@contextmanager
def turn(host: str, pause: timedelta | None = None) -> Iterator[None]:
    """
    Be the only one who asks `host` in the block, and `pause` after the last who did.

    A pause that is nearly over is waited for. Raises NotNow.
    """
    pause = PAUSE if pause is None else pause
    rows = OutsideHost.objects.filter(host=host)
    with held(LOCK.format(host)) as mine:
        if not mine:
            keep_off(host, PAUSE)
            raise NotNow(f"Another worker is checking {host}.")
        row, _ = OutsideHost.objects.get_or_create(host=host)
        left = row.free_at - timezone.now()
        if left > PAUSE:
            raise NotNow(f"{host} must not be checked until {row.free_at:%Y-%m-%d %H:%M} UTC.")
        time.sleep(max(left.total_seconds(), 0))
        try:
            yield
        finally:
            rows.update(free_at=timezone.now() + pause)


def host_in(url: str) -> str:
    """The host in `url` as OutsideAddress has it; '' where there is none."""
    parts = split(url)
    return parts[0] if parts else ""


def keep_off(host: str, span: timedelta) -> None:
    """Let nobody ask `host` for `span` from now on; a longer pause stays."""
    until = timezone.now() + span
    OutsideHost.objects.get_or_create(host=host)
    OutsideHost.objects.filter(host=host).update(free_at=Greatest("free_at", until))


def rest_of(retry_after: str, now: datetime) -> timedelta:
    """How long a header Retry-After (seconds, or a date) asks for; USUAL_REST if it is neither."""
    words = retry_after.strip()
    try:
        if words.isascii() and words.isdigit():
            rest = timedelta(seconds=int(words[:9]))
        else:
            rest = parsedate_to_datetime(words) - now
    except (TypeError, ValueError):  # no date; or one without a zone, which has no distance
        return USUAL_REST
    return min(max(rest, SHORTEST_REST), LONGEST_REST)
