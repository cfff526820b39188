"""The rules about objects that the policy's table names."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q

from .taxonomy.retiring import why_kept
from .where_used import public_uses_by_others, uses_of

Allows = Callable[[AbstractBaseUser, models.Model], bool]
Narrows = Callable[[AbstractBaseUser, models.QuerySet], models.QuerySet]
DRAFT_STATUS = "draft"


@dataclass(frozen=True)
class Rule:
    """
    A condition about one object; `says` names it in the table of roles.

    `allows` decides about one object. `rows` keeps of a queryset the objects that `allows`
    allows; a rule that decides who sees what in lists needs it.
    """

    says: str
    allows: Allows
    rows: Narrows | None = None


@dataclass(frozen=True)
class Grant:
    """Whoever has all `permissions` may do an act to the objects of `rule`."""

    permissions: tuple[str, ...]
    rule: Rule
    superusers: bool = False  # nobody else, whatever their permissions

    def is_held_by(self, user: AbstractBaseUser) -> bool:
        if self.superusers and not user.is_superuser:
            return False
        return user.has_perms(self.permissions)


def _named_in(model: type[models.Model]) -> str:
    """By which name the rows of a byline know the item (a digest is a post)."""
    return model.authors.field.m2m_field_name()


def _bylines(user: AbstractBaseUser, model: type[models.Model]) -> models.QuerySet:
    """The keys of the items of a kind whose byline names the person of `user`."""
    rows = model.authors.through.objects.filter(person__user=user)
    return rows.values(_named_in(model))


def _is_own(user: AbstractBaseUser, item: models.Model) -> bool:
    if item.created_by_id == user.pk:
        return True
    return _bylines(user, type(item)).filter(**{_named_in(type(item)): item.pk}).exists()


def _own(user: AbstractBaseUser, rows: models.QuerySet) -> models.QuerySet:
    return rows.filter(Q(created_by=user) | Q(pk__in=_bylines(user, rows.model)))


def _is_own_picture(user: AbstractBaseUser, image: models.Model) -> bool:
    if image.created_by_id != user.pk:
        return False
    # A form asks several times, and looking through all texts takes a query for each kind.
    if not hasattr(image, "uses_by_others"):
        image.uses_by_others = public_uses_by_others(image, user)
    return not image.uses_by_others


def _is_unused_picture(user: AbstractBaseUser, image: models.Model) -> bool:
    if not hasattr(image, "uses"):
        image.uses = uses_of(image)
    return not image.uses


def _is_presenter(user: AbstractBaseUser, person: models.Model) -> bool:
    """Whether nothing but events names the person, who has no account."""
    if person.user_id is not None:
        return False
    for relation in person._meta.get_fields(include_hidden=True):
        is_reverse = relation.auto_created and not relation.concrete
        if not is_reverse or relation.many_to_many:
            continue
        if relation.related_model._meta.app_label == "events":
            continue
        if relation.related_model._base_manager.filter(**{relation.field.name: person}).exists():
            return False
    return True


ANY = Rule("any", lambda user, item: True, lambda user, rows: rows)
OWN = Rule("those they made or are named on", _is_own, _own)
LISTED = Rule("in the list", lambda user, item: False, lambda user, rows: rows)
DRAFT = Rule(
    "drafts",
    lambda user, item: item.status == DRAFT_STATUS,
    lambda user, rows: rows.filter(status=DRAFT_STATUS),
)
OWN_DRAFT = Rule(
    "drafts they made or are named on",
    lambda user, item: item.status == DRAFT_STATUS and _is_own(user, item),
    lambda user, rows: _own(user, rows.filter(status=DRAFT_STATUS)),
)
OWN_PICTURE = Rule(
    "those they uploaded, unless other people’s public content uses them", _is_own_picture
)
UNUSED_PICTURE = Rule("those not in use", _is_unused_picture)
OWN_BULK_ACT = Rule(
    "those they started",
    lambda user, bulk_act: bulk_act.by_id == user.pk,
    lambda user, rows: rows.filter(by=user.pk),
)
OWN_PERSON = Rule("their own entry", lambda user, person: person.user_id == user.pk)
PRESENTER = Rule("people who appear only at events and have no account", _is_presenter)
NOT_RETIRED = Rule("those that are not retired", lambda user, topic: topic.retired_at is None)
UNUSED_TERM = Rule("those not in use", lambda user, term: not why_kept(term))
