"""Where a picture is used: by relations and in texts of every kind, known to core or not."""

from dataclasses import dataclass

from django.apps import apps

from .models import Image
from .publishing import Publishable

SHOWN = 100


@dataclass(frozen=True)
class Use:
    """One item that shows a picture; `view` names its admin form."""

    kind: str
    title: str
    pk: int
    view: str


def uses_of(image: Image) -> list[Use]:
    """The items that show `image`, at most SHOWN of each kind; one query a relation or kind."""
    found: dict[tuple, Use] = {}
    for relation in Image._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: image})
            _add(found, rows)
    for model in apps.get_models():
        if issubclass(model, Publishable) and not model._meta.proxy:
            _add(found, model._base_manager.filter(body__contains=f'data-image="{image.pk}"'))
    return list(found.values())


def _add(found: dict[tuple, Use], rows) -> None:
    options = rows.model._meta
    for item in rows[:SHOWN]:
        found[options.label, item.pk] = Use(
            kind=str(options.verbose_name),
            title=str(item),
            pk=item.pk,
            view=f"admin:{options.app_label}_{options.model_name}_change",
        )
