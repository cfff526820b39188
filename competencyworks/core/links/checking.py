"""
The act of one check: claim an address that is due, ask for it, write down what that means.

A page is asked for by GET and cut off, not by HEAD: many servers answer HEAD with an error or with
something else, and neither 'not found' in words nor a change can be seen without the words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from ..models.links import Link, OutsideAddress, OutsideHost
from ..outside.fetching import Fetched, FetchError, Refused, fetch
from . import judging
from .judging import Health, Verdict
from .politeness import USUAL_REST, NotNow, host_in, keep_off, rest_of, turn_of
from .robots import Disallowed, NoRules, pause_for

LEASE = timedelta(minutes=5)  # far more than one check may take
TIMEOUT = 20.0  # seconds for one address with its redirects, and as long for rules of robots
MOST_BYTES = 512_000
TOMORROW = timedelta(days=1)


def cited() -> QuerySet[OutsideAddress]:
    """The addresses that something of this site leads to."""
    return OutsideAddress.objects.filter(Exists(Link.objects.filter(outside=OuterRef("pk"))))


def due(before: datetime | None = None) -> QuerySet[OutsideAddress]:
    """The cited addresses to check now, or by the moment `before`, that nobody is checking."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
    return cited().filter(free, next_check_at__lte=before or Now())


def claim(rows: QuerySet[OutsideAddress] | None = None) -> OutsideAddress | None:
    """
    Take the one of `rows` (else of all that are due) that waits longest and whose host may be
    asked now, for LEASE at most. None where there is none.
    """
    resting = OutsideHost.objects.filter(host=OuterRef("host"), free_at__gt=Now())
    asked = OutsideAddress.objects.filter(host=OuterRef("host"), claimed_until__gte=Now())
    ready = (due() if rows is None else rows).filter(~Exists(resting), ~Exists(asked))
    with transaction.atomic():
        row = (
            ready.select_for_update(of=("self",), skip_locked=True)
            .order_by("next_check_at", "pk")
            .first()
        )
        if row is not None:
            row.claimed_until = timezone.now() + LEASE
            row.save(update_fields=["claimed_until"])
    return row


def check(row: OutsideAddress) -> Verdict | None:
    """
    Check the claimed `row`. None where its host cannot be asked now: it stays due, or was put off.
    """
    with _released(row):
        now = timezone.now()
        today = timezone.localdate()
        try:
            answer = _ask(row)
        except NotNow:
            return None
        except NoRules as error:
            _write(row, {"trouble": str(error)[:300], "next_check_at": now + TOMORROW})
            return None
        except (Refused, Disallowed) as error:
            verdict = judging.not_asked(str(error), now)
        except FetchError as error:
            verdict = judging.of_failure(row, str(error), now, today)
        else:
            if (rest := _plea(answer, now)) is not None:
                keep_off(host_in(answer.url), rest)
                _write(row, {"status": answer.status, "next_check_at": now + rest})
                return None
            verdict = judging.of_answer(row, answer, now, today)
        _write(row, verdict.columns)
        return verdict


def _ask(row: OutsideAddress) -> Fetched:
    """The answer of the address. Raises FetchError, NotNow, Disallowed or NoRules."""

    @contextmanager
    def around(url: str) -> Iterator[None]:
        pause = pause_for(url, TIMEOUT)
        with turn_of(url, pause):
            yield

    # Before the clock of the check begins to run: the rules may be slow in coming.
    pause_for(row.url, TIMEOUT)
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    # Only of what was well at the last check: the same bytes may have been 'not found' in words.
    if row.health == Health.ALIVE:
        if row.etag:
            headers["If-None-Match"] = row.etag
        if row.last_modified:
            headers["If-Modified-Since"] = row.last_modified
    return fetch(
        row.url, max_bytes=MOST_BYTES, cut=True, timeout=TIMEOUT, headers=headers, around=around
    )


def _plea(answer: Fetched, now: datetime) -> timedelta | None:
    """How long the host wants to be left alone; None where it does not say so."""
    retry_after = answer.headers.get("Retry-After")
    if answer.status == 429 or (answer.status == 503 and retry_after):
        return rest_of(retry_after, now) if retry_after else USUAL_REST
    return None


@contextmanager
def _released(row: OutsideAddress) -> Iterator[None]:
    """Give the claim back in the end, also when the check is broken off by Ctrl-C."""
    try:
        yield
    finally:
        _mine(row).update(claimed_until=None)


def _write(row: OutsideAddress, columns: dict) -> None:
    # Not if the lease ended, or staff decided meanwhile.
    _mine(row).update(**columns)


def _mine(row: OutsideAddress) -> QuerySet[OutsideAddress]:
    return OutsideAddress.objects.filter(pk=row.pk, claimed_until=row.claimed_until)
