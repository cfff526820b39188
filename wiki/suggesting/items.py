"""The items that suggestions are about, as lists of suggestions show them."""

from django.contrib.contenttypes.prefetch import GenericPrefetch

from ..models import Resource, WikiPage


def with_items() -> GenericPrefetch:
    """The items of suggestions with what a list shows, two queries for all."""
    rows = [model._base_manager.only("title", "path") for model in (WikiPage, Resource)]
    return GenericPrefetch("item", rows)
