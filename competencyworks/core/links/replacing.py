"""Writing the new address of a page that moved for good into the texts that lead to the old one."""

import re
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from .. import revisions
from ..models.links import Link, OutsideAddress
from ..prose.html_tokens import TOKEN, attributes_of, open_tag
from .addresses import outside_key


@dataclass
class Replaced:
    """The items whose texts were changed, and how many were left as they are."""

    items: list[models.Model] = field(default_factory=list)
    left: int = 0


def replace(row: OutsideAddress, by) -> Replaced:
    """
    Let all that leads to `row` lead to where its redirects ended, each item with a revision, if
    its kind has them.

    Left are items that the user `by` may not change, and those whose link stands in neither their
    text nor a column that has room (the rows of a digest, say).
    """
    done = Replaced()
    links = Link.objects.filter(outside=row).order_by("source_type", "source_id")
    for kind, pk in links.values_list("source_type", "source_id"):
        model = ContentType.objects.get_for_id(kind).model_class()
        may = model and by.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")
        item = _replace_in(model, pk, row, by) if may else None
        if item is None:
            done.left += 1
        else:
            done.items.append(item)
    return done


@transaction.atomic
def _replace_in(model, pk: int, row: OutsideAddress, by) -> models.Model | None:
    item = model._base_manager.select_for_update().filter(pk=pk).first()
    if item is None:
        return None
    has_revisions = hasattr(model, "revision_fields")
    texts = ("body",) if has_revisions else model.link_texts
    before = [getattr(item, name) for name in (*texts, *model.link_fields)]
    for name in texts:
        setattr(item, name, with_address(getattr(item, name), row.key, row.leads_to))
    for name in model.link_fields:
        has_room = len(row.leads_to) <= model._meta.get_field(name).max_length
        if has_room and outside_key(getattr(item, name)) == row.key:
            setattr(item, name, row.leads_to)
    if before == [getattr(item, name) for name in (*texts, *model.link_fields)]:
        return None
    item.save()
    if has_revisions:
        revisions.record(item, by, f"{row.url} has moved to {row.leads_to}"[:500])
    return item


def with_address(html: str, key: str, url: str) -> str:
    """Clean `html` in which links to the address with this `key` lead to `url`."""

    def changed(token: re.Match[str]) -> str:
        if token["name"] != "a" or token["slash"]:
            return token[0]
        attributes = attributes_of(token["attributes"])
        if outside_key(attributes.get("href", "")) != key:
            return token[0]
        return open_tag("a", attributes | {"href": url})

    return TOKEN.sub(changed, html)
