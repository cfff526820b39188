"""What is due for review in the wiki, as the front page of the admin shows it."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractUser

from competencyworks.core import policy
from wiki import upkeep
from wiki.models import Resource, WikiPage

SHOWN = 8
KINDS = (WikiPage, Resource)


@dataclass(frozen=True)
class DueRow:
    """One page or resource; `url` is where somebody says that it was reviewed."""

    title: str
    kind: str
    day: date
    url: str
    is_own: bool


@dataclass(frozen=True)
class Due:
    """The longest due of all `count`, the user's own first; `lists` show the whole of it."""

    count: int
    rows: list[DueRow]
    lists: list[tuple[str, str]]


def due_for_review(user: AbstractUser) -> Due | None:
    """What `user` may look at; None for those who keep nothing. At most three queries a kind."""
    kinds = [model for model in KINDS if policy.may(user, "change", model)]
    if not kinds:
        return None
    count, rows = 0, []
    for model in kinds:
        due = upkeep.due(model)
        found = due.count()
        count += found
        if found:
            own = due.filter(owner=user).light()[:SHOWN]
            others = due.exclude(owner=user).light()[:SHOWN]
            rows += [_row(item, user) for item in (*own, *others)]
    rows.sort(key=lambda row: (not row.is_own, row.day, row.title))
    lists = [
        (model._meta.verbose_name_plural.capitalize(), f"{_admin(model)}?due=now")
        for model in kinds
    ]
    return Due(count, rows[:SHOWN], lists)


def _row(item, user: AbstractUser) -> DueRow:
    return DueRow(
        title=item.title,
        kind=str(item._meta.verbose_name),
        day=item.review_by,
        url=f"{_admin(type(item))}{item.pk}/reviewed/",
        is_own=item.owner_id == user.pk,
    )


def _admin(model) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
