"""What a resource says has changed, so that texts which cite it are to be looked at again."""

from datetime import datetime

from django.db import models
from django.utils import timezone

# Where one of these changes in a public policy, what it says has changed.
WATCHED = ("policy_stage", "policy_number", "in_force_from", "in_force_until", "outside_id")


def note_change(resource: models.Model, at: datetime | None = None) -> None:
    """The resource says something else since `at` (now, if left out)."""
    resource.revised_at = at or timezone.now()
    resource.save(update_fields=["revised_at"])


def is_changed_policy(resource: models.Model) -> bool:
    """
    Whether `resource`, about to be saved, is a public policy whose stage, number, dates or address
    are other ones than those stored. One query for a stored policy, none for anything else.
    """
    if resource.pk is None or resource.kind != resource.Kind.POLICY:
        return False
    rows = type(resource).objects.published().filter(pk=resource.pk, kind=resource.kind)
    stored = rows.values_list(*WATCHED).first()
    return stored is not None and stored != tuple(getattr(resource, name) for name in WATCHED)
