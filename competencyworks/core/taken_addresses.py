"""
Titles and slugs that another item of the kind has: who has them, in words with a link to it.

What lies in the trash keeps its address, so that restoring brings all of it back. Staff can let
the address go (workflow.free_address).
"""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


def holder_of_slug(item: models.Model, values: Mapping[str, Any]) -> models.Model | None:
    """The other item of the kind of `item`, in the trash too, that has the slug of `values`."""
    slug = values.get("slug")
    if not slug:
        return None
    # Of proxies the table: a digest and a post never have the same slug.
    rows = item._meta.concrete_model._base_manager.exclude(pk=item.pk).filter(slug=slug)
    return rows.filter(**item.slug_is_once_among(values)).first()


def said(holder: models.Model, what: str) -> SafeString:
    """That `holder` has this `what` ('title', 'slug'), where it is, and what can be done."""
    options = holder._meta
    try:
        url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[holder.pk])
    except NoReverseMatch:  # where there is no admin
        url = ""
    noun = holder.noun
    if holder.trashed_at:
        return format_html(
            "{} {} in the trash has this {}. <a href=\"{}\">Open it</a> to find it in the trash, "
            "where you can restore it or release its title and address. Or choose another {}.",
            "An" if noun[:1] in "aeio" else "A", noun, what, url, what,
        )  # fmt: skip
    return format_html(
        "Another {} has this {}. <a href=\"{}\">Open it</a>, or choose another {}.",
        noun, what, url, what,
    )  # fmt: skip
