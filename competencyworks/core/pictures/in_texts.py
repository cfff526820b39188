"""
A picture of the library in the texts that show it.

A text holds a copy of the picture's address and alternative text, so that feeds and the editor
need no query. When the picture changes, `update_texts` brings the copies up to date; an
alternative text that was written for one place stays.
"""

from collections.abc import Collection
from dataclasses import dataclass
from re import Match

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q

from .. import revisions
from ..history.working import hold
from ..models import Image, Revision
from ..prose.cleaning import clean_html
from ..prose.html_tokens import TOKEN, attributes_of, open_tag
from ..prose.richtext import RichTextField
from ..publishing import Publishable
from ..standing import Standing
from .image_addresses import file_name, file_names, in_addresses


@dataclass(frozen=True)
class Shown:
    """What texts hold of a picture, at one time."""

    url: str
    alt: str
    width: int
    height: int

    @classmethod
    def of(cls, image: Image) -> "Shown":
        alt = "" if image.decorative else _one_line(image.alt)
        return cls(image.file.url if image.file else "", alt, image.width, image.height)


@dataclass
class Updated:
    """How many items were changed; how often a text has an alternative text of its own."""

    items: int = 0
    working_copies: int = 0
    left: int = 0


def kinds_with_texts() -> dict[type[models.Model], list[str]]:
    """
    The kinds whose texts may show pictures, and the columns of these texts.

    Comments are not among them: they hold no pictures.
    """
    found = {}
    for model in apps.get_models():
        if issubclass(model, (Publishable, Standing)) and not model._meta.proxy:
            columns = model._meta.concrete_fields
            names = [column.name for column in columns if isinstance(column, RichTextField)]
            if names:
                found[model] = names
    return found


def shows(image_pk: int, names: set[str], columns: Collection[str], prefix: str = "") -> Q:
    """
    Finds rows in one of whose `columns` the picture stands, by its key or by an address of one
    of its files `names` (image_addresses.file_names); with the `prefix` "content__" in revisions,
    where these are keys of a JSON object.
    """
    lookup = "icontains" if prefix else "contains"
    found = Q()
    for column in columns:
        for part in [f'data-image="{image_pk}"', *in_addresses(sorted(names))]:
            found |= Q(**{f"{prefix}{column}__{lookup}": part})
    return found


@transaction.atomic
def update_texts(image: Image, before: Shown, by, reason: str) -> Updated:
    """
    Let all texts that show `image`, which looked as `before` says, show it as it is now.

    Each changed item is saved and gets a revision (or, if its kind has none, a row in the admin's
    log) by the user `by` with `reason`. Working copies change with them.
    """
    after, done = Shown.of(image), Updated()
    if before == after:
        return done
    kinds = kinds_with_texts()
    files = file_names(image)
    if name := file_name(before.url):
        files.add(name)
    columns = {name for names in kinds.values() for name in names}
    copies = _hold_working_copies(shows(image.pk, files, columns, "content__"))
    found = sorted(
        (ContentType.objects.get_for_model(model).pk, pk, model)
        for model, names in kinds.items()
        for pk in model._base_manager.filter(shows(image.pk, files, names)).values_list(
            "pk", flat=True
        )
    )
    numbers: dict[tuple[int, int], int] = {}
    for kind, pk, model in found:
        item = model._base_manager.select_for_update(no_key=True).filter(pk=pk).first()
        if item is None:
            continue
        texts = {name: getattr(item, name) for name in kinds[model]}
        changed, left = _changed(texts, image.pk, files, before, after)
        done.left += left
        if not changed:
            continue
        for name, html in changed.items():
            setattr(item, name, html)
        item.save()
        done.items += 1
        if hasattr(model, "revision_fields"):
            if revision := revisions.record(item, by, reason):
                numbers[kind, pk] = revision.number
        elif by is not None:
            LogEntry.objects.log_actions(by.pk, [item], CHANGE, reason, single_object=True)
    for copy in copies:
        model = ContentType.objects.get_for_id(copy.content_type_id).model_class()
        texts = {name: copy.content.get(name) or "" for name in kinds.get(model, ())}
        changed, left = _changed(texts, image.pk, files, before, after)
        done.left += left
        if changed:
            _change_copy(copy, changed, numbers.get((copy.content_type_id, copy.object_id)))
            done.working_copies += 1
    return done


def _change_copy(copy: Revision, changed: dict[str, str], number: int | None) -> None:
    """Give a working copy the `changed` texts; its item has them since its revision `number`."""
    copy.content |= changed
    if number and copy.base == number - 1:
        # The item changed in the same way: the copy begins from there now.
        copy.base = number
    copy.save(update_fields=["content", "base"])


def _hold_working_copies(found: Q) -> list[Revision]:
    """The working copies that are `found`, held before any item is locked, as forms do."""
    rows = Revision.objects.filter(found, state=Revision.State.WORKING)
    rows = rows.order_by("content_type", "object_id")
    for kind, pk in rows.values_list("content_type", "object_id"):
        hold(kind, pk)
    return list(rows)


def _changed(
    texts: dict[str, str], image_pk: int, files: set[str], before: Shown, after: Shown
) -> tuple[dict[str, str], int]:
    """Those of `texts` that change, changed; and how many alternatives were left."""
    changed, left = {}, 0
    for name, html in texts.items():
        new, own = with_picture(html, image_pk, files, before, after)
        left += own
        if new != html:
            changed[name] = new
    return changed, left


def with_picture(
    html: str, image_pk: int, files: set[str], before: Shown, after: Shown
) -> tuple[str, int]:
    """
    `html` with the picture as it is `after` a change, and how often it keeps an alternative text
    that is neither empty nor the one that the picture had `before`. A picture is known by its key
    or by the address of one of the `files` that it has or had.
    """
    left = 0

    def changed(token: Match[str]) -> str:
        nonlocal left
        if token["slash"] or token["name"] not in ("a", "img"):
            return token[0]
        was = attributes_of(token["attributes"])
        now = dict(was)
        if token["name"] == "a":
            if file_name(was.get("href", "")) in files - {file_name(after.url)}:
                now["href"] = after.url
        elif _is_picture(was, image_pk, files):
            now |= {"src": after.url, "data-image": str(image_pk)}
            _fit(now, before, after)
            if _one_line(was.get("alt", "")) in ("", before.alt):
                now["alt"] = after.alt
            elif before.alt != after.alt:
                left += 1
        return open_tag(token["name"], now) if now != was else token[0]

    new = TOKEN.sub(changed, html)
    return (html if new == html else str(clean_html(new))), left


def _is_picture(attributes: dict[str, str], image_pk: int, files: set[str]) -> bool:
    name = file_name(attributes.get("src", ""))
    return name in files or attributes.get("data-image") == str(image_pk)


def _fit(attributes: dict[str, str], before: Shown, after: Shown) -> None:
    """Keep the width that a text gives the picture, and let the height follow its new shape."""
    width = attributes.get("width")
    if (
        width
        and attributes.get("height")
        and (before.width, before.height)
        != (
            after.width,
            after.height,
        )
    ):
        attributes["height"] = str(max(1, round(int(width) * after.height / (after.width or 1))))


def _one_line(text: str) -> str:
    return " ".join(text.split())
