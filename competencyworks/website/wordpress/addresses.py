"""Addresses of the old site: what they lead to here, and that they lead there."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import QueryDict

from competencyworks.core.addresses import OldAddress, normalize
from competencyworks.core.publishing import Publishable
from competencyworks.website.old_addresses import forms, stored_form_of_query

from .models import ImportedItem

COMMENT = re.compile(r"comment-(\d{1,18})")


def bare_host(address: str) -> str:
    """The host of a web address in lower case, without `www.`; '' if there is none."""
    try:
        return (urlsplit(address.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def path_of(link: str) -> str:
    """The stored form of an item's own address over there, as '/2016/09/12/slug' or '/?p=7'."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    if form := stored_form_of_query(QueryDict(parts.query)):
        return form
    return normalize(parts.path) if parts.path.strip("/") else ""


def remember_new(pairs: Iterable[tuple[str, models.Model]]) -> list[str]:
    """
    Let each address lead to its item. One that leads to something else that is still here
    is left as it is; returns those.
    """
    wanted = {normalize(address): item for address, item in pairs if address}
    rows = {row.path: row for row in OldAddress.objects.filter(path__in=list(wanted))}
    new, refused = [], []
    for path, item in wanted.items():
        kind = ContentType.objects.get_for_model(item)
        row = rows.get(path)
        if row is None:
            new.append(OldAddress(path=path, content_type=kind, object_id=item.pk))
        elif (row.content_type_id, row.object_id) != (kind.pk, item.pk):
            if row.to or row.item is not None:
                refused.append(path)
            else:
                row.content_type, row.object_id = kind, item.pk
                row.save()
    OldAddress.objects.bulk_create(new, ignore_conflicts=True)
    return refused


def move(address: str, to: models.Model, instead_of: type[models.Model]) -> None:
    """Let `address` lead to `to`, if it is free or leads to some row of `instead_of`."""
    path = normalize(address)
    row = OldAddress.objects.filter(path=path).first()
    if row is not None and isinstance(row.item, instead_of):
        row.delete()
    remember_new([(path, to)])


class Translator:
    """Says of links in a text, as they stand there, where they should lead now."""

    def __init__(self, source: str, hosts: Collection[str]) -> None:
        self.source = source
        self.hosts = frozenset(hosts)

    def is_ours(self, href: str) -> bool:
        """Whether `href` leads to the old site."""
        href = href.strip()
        if href.startswith("/") and not href.startswith("//"):
            return True
        absolute = f"https:{href}" if href.startswith("//") else href
        return absolute.lower().startswith(("http://", "https://")) and (
            bare_host(absolute) in self.hosts
        )

    def translate(
        self, hrefs: Iterable[str], beside: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, str]:
        """
        The links of `hrefs` that lead to something that was brought in → its address.

        `beside` holds stored forms → addresses of items that are about to be brought in.
        """
        candidates = {href: _candidates(href) for href in hrefs if self.is_ours(href)}
        paths = {path for found in candidates.values() for path in found}
        if not paths:
            return {}
        targets = _present(OldAddress.objects.filter(path__in=list(paths)))
        comments = self._comments(candidates)
        found = {}
        for href, options in candidates.items():
            to = next((targets[path] for path in options if path in targets), None)
            # The comments of those beside have no numbers yet: a link to one waits.
            if to is None and not COMMENT.search(_split(href)[2]):
                to = next((beside[path] for path in options if path in beside), None)
            if to:
                found[href] = to + _fragment(href, comments)
        return found

    def _comments(self, hrefs: Iterable[str]) -> dict[str, int]:
        keys = {match[1] for href in hrefs if (match := COMMENT.search(_split(href)[2]))}
        if not keys:
            return {}
        rows = ImportedItem.objects.filter(
            source=self.source, kind=ImportedItem.Kind.COMMENT, key__in=keys
        )
        return dict(rows.exclude(object_id=None).values_list("key", "object_id"))


def _split(href: str) -> tuple[str, str, str]:
    """Path, query and fragment."""
    try:
        parts = urlsplit(urljoin("https://old.example/", href.strip()))
    except ValueError:
        return "", "", ""
    return parts.path, parts.query, parts.fragment


def _candidates(href: str) -> list[str]:
    path, query, _ = _split(href)
    if query and (form := stored_form_of_query(QueryDict(query))):
        return [form]
    return forms(normalize(path)) if path.strip("/") else []


def _fragment(href: str, comments: dict[str, int]) -> str:
    fragment = _split(href)[2]
    if match := COMMENT.search(fragment):
        return f"#comment-{comments[match[1]]}" if match[1] in comments else "#comments"
    if fragment in ("respond", "comments"):
        return "#comments"
    return f"#{fragment}" if fragment and not fragment.startswith("more-") else ""


def _present(rows: Iterable[OldAddress]) -> dict[str, str]:
    """Stored address → where its item is now; without those that are not to be public."""
    by_type: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    found = {}
    for row in rows:
        if row.to:
            found[row.path] = row.to
        elif row.content_type_id:
            by_type[row.content_type_id][row.object_id].append(row.path)
    for key, paths in by_type.items():
        model = ContentType.objects.get_for_id(key).model_class()
        if model is None:
            continue
        items = model._default_manager.filter(pk__in=list(paths))
        if issubclass(model, Publishable):
            # A scheduled item is public by the time that its readers are.
            items = items.kept().filter(status=Publishable.Status.PUBLISHED).only("path")
        for item in items:
            for path in paths[item.pk]:
                found[path] = item.get_absolute_url()
    return found
