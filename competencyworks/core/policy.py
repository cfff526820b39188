"""
Who may do what: the one place that answers it.

`policy_table` says, for each kind of content and each act, which permissions allow it, and under
which rule about the object. Every admin view, list action, inline, autocomplete and page of our
own asks `may()` or `rows()`; see `policy_admin`. What the table does not name, nobody may do.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models

from .policy_rules import ANY, Grant
from .policy_table import KINDS

# An act as a verb in a sentence, where its name is not one.
WORDS = {
    "delete": "delete or move to the trash",
    "delete_earlier": "delete earlier files of",
    "restore": "restore from the trash",
    "view": "see",
    "see_private": "see the private address of",
    "run": "run again",
    "send": "send again or give up",
    "decide": "decide about",
    "retire": "retire",
    "mail": "write to the registrants of",
}


class Refused(PermissionDenied):
    """Answered by 403. Unlike Django's own, its message is written for staff and is shown."""


def kind_of(target: models.Model | type[models.Model]) -> str:
    """The name of a kind in the table, as 'blog.post'."""
    return target._meta.label_lower


def may(user: AbstractBaseUser, act: str, target: models.Model | type[models.Model] | str) -> bool:
    """
    Whether `user` may do `act` to `target`: an object, or some object of a kind where `target`
    is a model or a name of the table.
    """
    if not (user.is_active and getattr(user, "is_staff", False)):
        return False
    is_object = isinstance(target, models.Model)
    kind = target if isinstance(target, str) else kind_of(target)
    return any(not is_object or grant.rule.allows(user, target) for grant in _held(user, act, kind))


def require(
    user: AbstractBaseUser, act: str, target: models.Model | type[models.Model] | str
) -> None:
    """Raise Refused where may() says no."""
    if not may(user, act, target):
        raise Refused(refusal(act, [target] if isinstance(target, models.Model) else []))


def rows(user: AbstractBaseUser, act: str, queryset: models.QuerySet) -> models.QuerySet:
    """The objects of `queryset` to which `user` may do `act`. No query of its own."""
    if not (user.is_active and getattr(user, "is_staff", False)):
        return queryset.none()
    rules = {grant.rule for grant in _held(user, act, kind_of(queryset.model))}
    if ANY in rules:
        return queryset
    everything = queryset.model._base_manager.all()
    allowed = models.Q(pk__in=[])
    for rule in rules:
        allowed |= models.Q(pk__in=rule.rows(user, everything).values("pk"))
    return queryset.filter(allowed)


def refused_of(
    user: AbstractBaseUser, act: str, items: Iterable[models.Model]
) -> list[models.Model]:
    """Those of `items` to which `user` may not do `act`."""
    return [item for item in items if not may(user, act, item)]


def refusal(act: str, items: list[models.Model]) -> str:
    """What is said to whoever may not do `act` to `items`."""
    if not items:
        return "Your role does not include this."
    shown = ", ".join(f"“{item}”" for item in items[:5])
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return f"Your role does not let you {WORDS.get(act, act)} {shown}{more}. Nothing was changed."


def _held(user: AbstractBaseUser, act: str, kind: str) -> Iterable[Grant]:
    return (grant for grant in KINDS.get(kind, {}).get(act, ()) if grant.is_held_by(user))
