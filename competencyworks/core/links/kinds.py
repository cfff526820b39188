"""
The kinds of things whose texts and addresses the graph reads.

Such a model names its columns in `link_texts` and `link_fields` (see targets), and its queries
answer to published(), kept(), light(), as_mentions() and at_path(). It stands on
publishing.Publishable or on standing.Standing.
"""

from django.apps import apps
from django.db import models


def sources() -> list[type[models.Model]]:
    """All of them, proxies left out."""
    return [
        model for model in apps.get_models()
        if hasattr(model, "link_texts") and not model._meta.proxy
    ]  # fmt: skip


def with_pages() -> list[type[models.Model]]:
    """Those whose items have a page of their own, with the texts on it."""
    return [model for model in sources() if model.path_sql]
