"""How often somebody did something lately, kept in the database, so that all processes know."""

from datetime import timedelta

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


def forget_old() -> int:
    """Drop what is older than KEPT; returns how many rows."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
