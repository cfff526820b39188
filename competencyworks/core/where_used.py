"""Where a picture is used: by relations and in texts of every kind, known to core or not."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet, Value
from django.utils.text import capfirst

from .models import Image, ImageVersion, Person, Revision
from .pictures.image_addresses import file_names
from .pictures.in_texts import kinds_with_texts, shows
from .publishing import Publishable, PublishableQuerySet

SHOWN = 100
# What no list needs, and what makes rows long.
LONG = {"body", "html", "contents", "attached_text", "vector"}


@dataclass(frozen=True)
class Use:
    """One item that shows a picture; `view` names its admin form."""

    kind: str
    title: str
    pk: int
    view: str
    is_public: bool = False
    in_text: bool = False
    in_working_copy: bool = False


def uses_of(image: Image) -> list[Use]:
    """
    The items that show `image`, and the working copies that do, at most SHOWN of each kind; one
    query for each kind, and those for the picture's earlier addresses.

    Earlier revisions are not looked through: pages show what items hold now.
    """
    found = []
    files = file_names(image)
    for model, fields, texts in _conditions(image, files):
        rows = _rows(model._base_manager.all(), fields, texts)
        found += [_use(item) for item in rows]
    return [*found, *_working_copies(image, files)]


def public_uses_by_others(image: Image, user) -> list[Use]:
    """
    What readers can see that shows `image` and is not of the user `user`: neither made by them
    nor with their name in the byline. At most SHOWN of each kind; one query for each kind.

    What has no states (people, channels, the site's settings) counts as public.
    """
    found = []
    for model, fields, texts in _conditions(image, file_names(image)):
        rows: QuerySet = model._base_manager.all()
        if issubclass(model, Publishable):
            rows = PublishableQuerySet(model).published().exclude(created_by=user)
            if _has_byline(model):
                rows = rows.exclude(authors__user=user)
        elif issubclass(model, Person):
            rows = rows.exclude(user=user)
        found += [_use(item) for item in _rows(rows, fields, texts)]
    return found


def _has_byline(model: type[Model]) -> bool:
    named = model._meta.many_to_many
    return any(field.name == "authors" and field.related_model is Person for field in named)


def _conditions(image: Image, files: Collection[str]) -> Iterator[tuple[type[Model], Q, Q]]:
    """Each kind that can show pictures, with what finds `image` in its fields and in its texts."""
    fields: dict[type[Model], Q] = defaultdict(Q)
    for relation in Image._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            fields[relation.related_model] |= Q(**{relation.field.name: image})
    fields.pop(ImageVersion, None)  # the picture's own
    kinds = kinds_with_texts()
    texts = {model: shows(image.pk, files, names) for model, names in kinds.items()}
    for model in fields | texts:
        yield model, fields.get(model, Q()), texts.get(model, Q())


def _rows(rows: QuerySet, fields: Q, texts: Q) -> QuerySet:
    is_in = ExpressionWrapper(texts, BooleanField()) if texts else Value(False)
    names = LONG & {field.name for field in rows.model._meta.concrete_fields}
    return rows.filter(fields | texts).annotate(in_text=is_in).defer(*names)[:SHOWN]


def _use(item: Model) -> Use:
    return Use(**_described(item), is_public=getattr(item, "is_public", True), in_text=item.in_text)


def _described(item: Model) -> dict:
    options = item._meta
    return {
        "kind": str(options.verbose_name),
        "title": str(item),
        "pk": item.pk,
        "view": f"admin:{options.app_label}_{options.model_name}_change",
    }


def _working_copies(image: Image, files: Collection[str]) -> Iterator[Use]:
    names = {name for names in kinds_with_texts().values() for name in names}
    rows = Revision.objects.filter(state=Revision.State.WORKING).filter(
        shows(image.pk, files, names, "content__") | Q(content__picture=image.pk)
    )
    for kind, pk, title in rows.values_list("content_type", "object_id", "content__title")[:SHOWN]:
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is None:
            continue
        options = model._meta
        yield Use(
            kind=f"working copy of a {options.verbose_name}",
            title=title or capfirst(options.verbose_name),
            pk=pk,
            view=f"admin:{options.app_label}_{options.model_name}_change",
            in_working_copy=True,
        )
