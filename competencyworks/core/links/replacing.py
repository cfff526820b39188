"""
Writing a new address into the texts that lead to the old one: of a page outside that moved for
good, or of one of this site.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import QuerySet

from .. import policy, revisions
from ..models.links import Link, OutsideAddress
from ..prose.html_tokens import TOKEN, attributes_of, open_tag
from .addresses import outside_key, own_host
from .targets import Target, inside_path, target_of

# What an address becomes; None: it stays as it is.
Change = Callable[[str], str | None]


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

    def moved(href: str) -> str | None:
        return row.leads_to if outside_key(href) == row.key else None

    reason = f"{row.url} has moved to {row.leads_to}"[:500]
    for model, pk in _sources(Link.objects.filter(outside=row)):
        may = model and policy.may(by, "change", model)
        item = _replace_in(model, pk, moved, by, reason) if may else None
        if item is None:
            done.left += 1
        else:
            done.items.append(item)
    return done


def readdress(
    old: str, new: str, by, reason: str, *, apart_from: tuple[type[models.Model], ...] = ()
) -> int:
    """
    Let all texts that lead to the page of this site at `old` lead to `new`, both paths, whoever
    may change them: it is the same page. Returns how many items were changed.

    Kinds `apart_from` are left to the caller; what stands elsewhere than in a text (the rows of a
    digest, say) is left to the redirect.
    """
    change, changed = moved_from(old, new), 0
    for model, pk in _sources(Link.objects.filter(path=inside_path(old))):
        if model is not None and model not in apart_from:
            changed += _replace_in(model, pk, change, by, reason) is not None
    return changed


def moved_from(old: str, new: str) -> Change:
    """The change of addresses, on any page of this site, that lead to `old`: they lead to `new`."""
    if old == new:
        return lambda href: None
    wanted, own = Target(path=inside_path(old)), own_host()

    def moved(href: str) -> str | None:
        if target_of(href, f"{settings.SITE_URL}/", own) != wanted:
            return None
        return new + re.search(r"[?#].*|$", href, re.DOTALL)[0]

    return moved


def _sources(links: QuerySet) -> Iterator[tuple[type[models.Model] | None, int]]:
    """Model (None: it is no more) and key of what holds `links`, always in the same order."""
    rows = links.order_by("source_type", "source_id").values_list("source_type", "source_id")
    for kind, pk in rows:
        yield ContentType.objects.get_for_id(kind).model_class(), pk


@transaction.atomic
def _replace_in(model, pk: int, change: Change, by, reason: str) -> models.Model | None:
    item = model._base_manager.select_for_update().filter(pk=pk).first()
    if item is None:
        return None
    has_revisions = hasattr(model, "revision_fields")
    texts = ("body",) if has_revisions else model.link_texts
    before = [getattr(item, name) for name in (*texts, *model.link_fields)]
    for name in texts:
        setattr(item, name, with_addresses(getattr(item, name), change))
    for name in model.link_fields:
        address = change(getattr(item, name))
        if address and len(address) <= model._meta.get_field(name).max_length:
            setattr(item, name, address)
    if before == [getattr(item, name) for name in (*texts, *model.link_fields)]:
        return None
    item.save()
    if has_revisions:
        revisions.record(item, by, reason)
    return item


def with_addresses(html: str, change: Change) -> str:
    """Clean `html` whose links lead where `change` says."""

    def changed(token: re.Match[str]) -> str:
        if token["name"] != "a" or token["slash"]:
            return token[0]
        attributes = attributes_of(token["attributes"])
        address = change(attributes.get("href", ""))
        return open_tag("a", attributes | {"href": address}) if address else token[0]

    return TOKEN.sub(changed, html)
