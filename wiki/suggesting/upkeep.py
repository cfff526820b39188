"""What the worker does for suggestions: tells, forgets, clears away."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from competencyworks.core.models import Revision

from ..models import Resource, Suggestion
from . import deciding

KEPT = timedelta(days=30)
A_SLICE = 200
Status = Suggestion.Status


def tell_of_published() -> bool:
    """Mail those whose resource was accepted as a draft and is public now. True if more wait."""
    public = Resource.objects.published().order_by().values("pk")
    rows = Suggestion.objects.filter(
        status=Status.ACCEPTED, told_at=None, revision=None, object_id__in=public
    )
    with transaction.atomic():
        rows = rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        found = list(rows[:A_SLICE])
        for suggestion in found:
            deciding.tell(suggestion)
    return len(found) == A_SLICE


def forget() -> bool:
    """
    After 30 days: names and addresses of what was declined, and what looks like spam as a whole.
    """
    before = timezone.now() - KEPT
    rows = Suggestion.objects.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    with transaction.atomic():
        declined = rows.filter(status=Status.DECLINED, decided_at__lt=before).exclude(name="")
        keys = list(declined.values_list("pk", "revision")[:A_SLICE])
        forget_who([pk for pk, _ in keys], [revision for _, revision in keys])
        spam = rows.filter(status=Status.WAITING, created_at__lt=before).exclude(suspicion="")
        found = list(spam.values_list("pk", "revision")[:A_SLICE])
        delete([pk for pk, _ in found], [revision for _, revision in found])
    return max(len(keys), len(found)) == A_SLICE


def forget_who(keys: list[int], revisions: list[int | None]) -> None:
    """Take out of suggestions, and what was suggested, who it came from."""
    Suggestion.objects.filter(pk__in=keys).update(name="", email="", note="", nonce=None)
    Revision.objects.filter(pk__in=[key for key in revisions if key]).update(credit="")


def delete(keys: list[int], revisions: list[int | None]) -> None:
    Suggestion.objects.filter(pk__in=keys).delete()
    Revision.objects.filter(pk__in=[key for key in revisions if key]).delete()
