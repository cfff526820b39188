"""How often somebody did something lately, kept in the database, so that all processes know."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from .models import Attempt
from .prepared import Insertion

KEPT = timedelta(days=30)
_ATTEMPTS = Insertion(Attempt)


def note(action: str, *who: str) -> None:
    """Remember that each of `who` (keyed hashes; '' is nobody) did `action` now."""
    _ATTEMPTS.add(*(Attempt(action=action, who=each) for each in who if each))


def counts(action: str, within: timedelta, *who: str) -> dict[str, int]:
    """How often each of `who` did `action` within the span up to now. One query."""
    rows = (
        Attempt.objects.filter(Q(action=action), who__in=[each for each in who if each])
        .filter(at__gt=timezone.now() - within)
        .values_list("who")
        .annotate(count=Count("pk"))
    )
    return dict.fromkeys(who, 0) | dict(rows)


def moments(action: str, spans: Mapping[str, timedelta]) -> dict[str, list[datetime]]:
    """
    When each of `spans` (keyed hash → how far back; '' is nobody) did `action`, the newest first.

    One query.
    """
    now, found = timezone.now(), {}
    wanted = [(who, now - span) for who, span in spans.items() if who]
    if not wanted:
        return found
    with connection.cursor() as cursor:
        # Written out: building it would cost more than its answer, for each comment anew.
        cursor.execute(
            "SELECT a.who, a.at FROM unnest(%s::text[], %s::timestamptz[]) AS w (who, since) "
            "JOIN core_attempt a ON a.action = %s AND a.who = w.who AND a.at > w.since "
            "ORDER BY a.at DESC",
            [[who for who, _ in wanted], [since for _, since in wanted], action],
        )
        for who, at in cursor.fetchall():
            found.setdefault(who, []).append(at)
    return found


def forget_old() -> int:
    """Drop what is older than KEPT; returns how many rows."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
