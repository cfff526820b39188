"""How often somebody did something lately, kept in the database, so that all processes know."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from .models import Attempt

KEPT = timedelta(days=30)


def note(action: str, *who: str) -> None:
    """Remember that each of `who` (keyed hashes; '' is nobody) did `action` now."""
    Attempt.objects.bulk_create([Attempt(action=action, who=each) for each in who if each])


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
    now, wanted = timezone.now(), Q(pk=None)
    for who, span in spans.items():
        if who:
            wanted |= Q(who=who, at__gt=now - span)
    found: dict[str, list[datetime]] = {}
    rows = Attempt.objects.filter(wanted, action=action).order_by("-at")
    for who, at in rows.values_list("who", "at"):
        found.setdefault(who, []).append(at)
    return found


def forget_old() -> int:
    """Drop what is older than KEPT; returns how many rows."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
