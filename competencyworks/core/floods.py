"""How often somebody did something lately, kept in the database, so that all processes know."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from .models import Attempt
from .prepared import Insertion, Statement

KEPT = timedelta(days=30)
ATTEMPTS = Insertion(Attempt)
# Written out: building it would cost more than its answer, for each comment anew.
_MOMENTS = """
SELECT a.who, a.at FROM unnest(%s::text[], %s::timestamptz[]) AS w (who, since)
JOIN core_attempt a ON a.action = %s AND a.who = w.who AND a.at > w.since
ORDER BY a.at DESC
"""


def note(action: str, *who: str) -> None:
    """Remember that each of `who` (keyed hashes; '' is nobody) did `action` now."""
    ATTEMPTS.add(*attempts(action, *who))


def attempts(action: str, *who: str) -> list[Attempt]:
    """What to store so that note() need not."""
    return [Attempt(action=action, who=each) for each in who if each]


def counts(action: str, within: timedelta, *who: str) -> dict[str, int]:
    """How often each of `who` did `action` within the span up to now. One query."""
    rows = (
        Attempt.objects.filter(Q(action=action), who__in=[each for each in who if each])
        .filter(at__gt=timezone.now() - within)
        .values_list("who")
        .annotate(count=Count("pk"))
    )
    return dict.fromkeys(who, 0) | dict(rows)


def question(action: str, spans: Mapping[str, timedelta]) -> Statement:
    """What asks for moments(): when each of `spans` (keyed hash → how far back) did `action`."""
    now = timezone.now()
    wanted = [(who, now - span) for who, span in spans.items() if who]
    return _MOMENTS, [[who for who, _ in wanted], [since for _, since in wanted], action]


def moments(rows: Iterable[Mapping[str, str]]) -> dict[str, list[datetime]]:
    """When each did it, the newest first, from what asked_together() found for question()."""
    found: dict[str, list[datetime]] = {}
    for row in rows:
        found.setdefault(row["who"], []).append(datetime.fromisoformat(row["at"]))
    return found


def forget_old() -> int:
    """Drop what is older than KEPT; returns how many rows."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
