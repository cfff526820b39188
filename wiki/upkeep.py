"""
Pages and resources are looked at again: who owns one is reminded when its day has come, and
sets the next one.
"""

from collections import defaultdict
from datetime import date

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.mail import outbox
from competencyworks.core.mail.letters import letter
from competencyworks.core.metadata import absolute
from competencyworks.core.publishing import Publishable

from .models import Resource, WikiPage

KINDS = (WikiPage, Resource)


class CannotReview(ValueError):
    """A day that cannot be; the message says why, for staff."""


def due(model: type[Publishable], today: date | None = None) -> models.QuerySet:
    """The public items of a kind whose day to be looked at has come, the longest due first."""
    rows = model.objects.published().filter(review_by__lte=today or timezone.localdate())
    return rows.order_by("review_by", "pk")


@transaction.atomic
def mark_reviewed(item: Publishable, next_on: date | None, by=None) -> None:
    """
    `item` was looked at: its next day is `next_on`; None for none. Keeps a revision. Raises
    CannotReview for a day that has passed.
    """
    if next_on is not None and next_on <= timezone.localdate():
        raise CannotReview("Choose a date in the future.")
    stored = type(item)._base_manager.select_for_update().get(pk=item.pk)
    stored.review_by = next_on
    stored.save()
    said = (
        f"Reviewed; next review on {next_on:%B} {next_on.day}, {next_on.year}"
        if next_on
        else "Reviewed"
    )
    revisions.record(stored, by, said)


def queue_reminders() -> int:
    """
    Put one mail for each owner into the outbox that names all that is due and of which they were
    not reminded yet; a new day to review by is reminded of anew. Returns how many mails.
    """
    owners: set[int] = set()
    for model in KINDS:
        owners.update(_unreminded(model).order_by().values_list("owner", flat=True).distinct())
    return sum(_remind(owner) for owner in sorted(owners))


def _unreminded(model: type[Publishable]) -> models.QuerySet:
    reached = Q(owner__is_active=True) & ~Q(owner__email="")
    new = Q(reminded_of=None) | ~Q(reminded_of=F("review_by"))
    return due(model).filter(reached, new)


@transaction.atomic
def _remind(owner: int) -> int:
    items: list[Publishable] = []
    for model in KINDS:
        rows = _unreminded(model).filter(owner=owner).select_related("owner").light()
        items += rows.order_by("pk").select_for_update(of=("self",))
    if not items:  # another worker has just done it
        return 0
    items.sort(key=lambda item: (item.review_by, item.title))
    first, user = items[0], items[0].owner
    name = user.get_full_name() or user.get_username()
    count = len(items)
    mail = letter(
        "wiki_review",
        {"items": [_line(item) for item in items]},
        # No item is reminded of twice for one day, so no other mail begins with this one.
        key=f"wiki-review-{owner}-{first._meta.model_name}-{first.pk}-{first.review_by}",
        to_email=user.email,
        to_name=name,
        subject=f"Due for review: {first.title}" + (f", and {count - 1} more" if count > 1 else ""),
    )
    outbox.queue([mail])
    by_kind = defaultdict(list)
    for item in items:
        by_kind[type(item)].append(item.pk)
    for model, keys in by_kind.items():
        model.objects.filter(pk__in=keys).update(reminded_of=F("review_by"))
    return 1


def _line(item: Publishable) -> dict:
    kind = f"{item._meta.app_label}/{item._meta.model_name}"
    return {
        "title": item.title,
        "day": item.review_by,
        "url": absolute(f"/admin/{kind}/{item.pk}/reviewed/"),
        "page": absolute(item.path),
    }
