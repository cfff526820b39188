"""What a resource says has changed, so that texts which cite it are to be looked at again."""

from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from competencyworks.core.links import changes

# Where one of these changes in a public policy, what it says has changed.
WATCHED = ("policy_stage", "policy_number", "in_force_from", "in_force_until", "outside_id")


@transaction.atomic
def note_change(
    resource: models.Model, at: datetime | None = None, *, former: int | None = None
) -> int:
    """
    The resource says something else since `at` (now, if left out): texts that cite it by its page,
    by its address, or by the one it had (key of `former`), are to be looked at. Returns how many
    links lead to it.
    """
    resource.revised_at = at or timezone.now()
    resource.save(update_fields=["revised_at"])
    addresses = {key for key in (resource.outside_id, former) if key is not None}
    return changes.note(resource, addresses, resource.revised_at)


def changed_policy(resource: models.Model) -> models.Model | None:
    """
    The stored row of `resource`, about to be saved, if it is a public policy whose stage, number,
    dates or address are other ones now. One query for a stored policy, none for anything else.
    """
    if resource.pk is None or resource.kind != resource.Kind.POLICY:
        return None
    rows = type(resource).objects.published().filter(pk=resource.pk, kind=resource.kind)
    stored = rows.only(*WATCHED).first()
    if stored is None:
        return None
    differs = any(getattr(stored, name) != getattr(resource, name) for name in WATCHED)
    return stored if differs else None
