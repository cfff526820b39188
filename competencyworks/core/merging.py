"""Two records of one person become one, with nothing lost."""

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction

from .addresses import OldAddress, remember
from .links import changes
from .models import Person

FILLED_FROM_DOUBLE = ("role", "organization", "bio", "portrait_id", "website", "email")


class CannotMerge(ValueError):
    """Two people that must not become one; the message says why."""


def why_not_merge(keep: Person, double: Person) -> str:
    """Why the two must not become one, in words; empty where they may."""
    if keep.pk == double.pk:
        return "Choose two different people."
    if keep.user_id and double.user_id:
        return f"{keep} and {double} both have an account. Take it from one of them first."
    return ""


@transaction.atomic
def merge_people(keep: Person, double: Person) -> dict[str, int]:
    """
    Move everything that points at `double` to `keep`, then delete `double`.

    Every relation of the database is followed, also those of rooms that core does not know.
    A row that `keep` has already (the same post's author, say) is dropped as a double.
    Empty fields of `keep` are filled from `double`; the double's address leads to `keep`. What is
    noted of a link in the double's biography is noted of it there.
    Returns how many rows were moved, by model. Raises CannotMerge for one person given twice
    and for two people who both have an account.
    """
    if keep.pk == double.pk:
        raise CannotMerge(why_not_merge(keep, double))
    rows = Person.objects.select_for_update().order_by("pk").in_bulk([keep.pk, double.pk])
    keep, double = rows[keep.pk], rows[double.pk]
    if why := why_not_merge(keep, double):
        raise CannotMerge(why)
    moved: dict[str, int] = {}
    for relation in _relations():
        rows_moved = _move(relation, keep, double)
        if rows_moved:
            label = relation.related_model._meta.label
            moved[label] = moved.get(label, 0) + rows_moved
    OldAddress.objects.filter(
        content_type=ContentType.objects.get_for_model(Person), object_id=double.pk
    ).update(object_id=keep.pk)
    user, address = double.user_id, double.get_absolute_url()
    values = {name: getattr(double, name) for name in FILLED_FROM_DOUBLE}
    noted = list(changes.noted_of(double).select_related("link"))
    own = list(keep.links.values_list("pk", flat=True))
    double.delete()
    for name, value in values.items():
        if not getattr(keep, name):
            setattr(keep, name, value)
    keep.user_id = keep.user_id or user
    keep.save()
    changes.pass_on(noted, keep.links.exclude(pk__in=own))
    remember(address, keep)
    return moved


def _relations() -> list[models.ForeignObjectRel]:
    """Every foreign key of the database that points at a person, those of m2m tables included."""
    return [
        relation
        for relation in Person._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    ]


def _move(relation: models.ForeignObjectRel, keep: Person, double: Person) -> int:
    """Point the rows of one relation at `keep`; returns how many."""
    rows = relation.related_model._base_manager
    name, count = relation.field.name, 0
    for pk in list(rows.filter(**{name: double}).order_by("pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                rows.filter(pk=pk).update(**{name: keep})
            count += 1
        except IntegrityError:
            # A unique constraint says that `keep` has this row already.
            rows.filter(pk=pk).delete()
    return count
