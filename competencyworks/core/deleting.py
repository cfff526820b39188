"""What refers to an object that is about to be deleted, in words for the page that asks."""

from collections.abc import Iterable, Iterator

from django.contrib.admin.sites import AdminSite
from django.contrib.admin.utils import quote
from django.db import models
from django.db.models import CASCADE, ForeignObjectRel
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

SHOWN = 20  # of one kind


def in_words(items: Iterable[models.Model], site: AdminSite) -> list:
    """A nested list for Django's filter `unordered_list`: each object, and what refers to it."""
    found: list = []
    for item in items:
        found.append(str(item))
        if below := [
            line for relation in _relations(item) for line in _lines(item, relation, site)
        ]:
            found.append(below)
    return found


def _relations(item: models.Model) -> Iterator[ForeignObjectRel]:
    """What points at its kind, without the tables between two kinds."""
    fields = item._meta.get_fields(include_hidden=True)
    found = [each for each in fields if each.auto_created and not each.concrete]
    between = {each.through for each in found if each.many_to_many}
    between |= {field.remote_field.through for field in item._meta.many_to_many}
    return (
        each
        for each in found
        if each.related_model not in between and not each.related_model._meta.proxy
    )


def _lines(item: models.Model, relation: ForeignObjectRel, site: AdminSite) -> list:
    rows = relation.related_model._base_manager.filter(**{relation.field.name: item}).distinct()
    count = rows.count()
    if not count:
        return []
    kind = relation.related_model._meta
    noun = kind.verbose_name if count == 1 else kind.verbose_name_plural
    goes = getattr(relation, "on_delete", None) is CASCADE and not relation.many_to_many
    links = [_link(row, site) for row in rows.order_by("pk")[:SHOWN]]
    if count > SHOWN:
        links.append(f"and {count - SHOWN:,} more")
    return [f"{count:,} {noun}{', deleted with it' if goes else ''}:", links]


def _link(row: models.Model, site: AdminSite) -> SafeString | str:
    name = f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change"
    if site.is_registered(type(row)):
        try:
            return format_html('<a href="{}">{}</a>', reverse(name, args=[quote(row.pk)]), row)
        except NoReverseMatch:
            pass
    return str(row)
