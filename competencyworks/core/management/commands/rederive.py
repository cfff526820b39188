"""Work out anew what is stored beside texts: page HTML, leads, addresses, the graph of links."""

from collections.abc import Callable

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from tqdm import tqdm

from competencyworks.core.links import graph
from competencyworks.core.publishing import Publishable
from competencyworks.core.standing import Standing

BATCH = 200
DERIVED = ["html", "lead", "contents", "attached_text", "path"]


class Command(BaseCommand):
    help = "Recompute the data stored with each text, after the rules for it have changed."

    def handle(self, **options):
        for model in apps.get_models():
            if issubclass(model, Publishable) and not model._meta.proxy:
                changed = _in_batches(model._base_manager, _rederive)
                self.stdout.write(f"{model._meta.verbose_name_plural}: {changed} changed")
            elif issubclass(model, Standing):
                _in_batches(model._base_manager, graph.record_all)


def _rederive(items: list[Publishable]) -> int:
    """Work out `items` and their links anew; returns how many were not what they should be."""
    changed = 0
    for item in items:
        before = [getattr(item, name) for name in DERIVED]
        item.derive()
        if before != [getattr(item, name) for name in DERIVED]:
            # Only these: the words have not changed, so neither has the date of change.
            item.save(update_fields=DERIVED)
            changed += 1
    graph.record_all(items)
    return changed


def _in_batches(rows: models.Manager, act: Callable[[list], int | None]) -> int:
    """Call `act` on all `rows` in the order of their keys, some at a time, locked meanwhile."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    name = str(rows.model._meta.verbose_name_plural)
    changed = 0
    with tqdm(total=len(keys), desc=name, disable=None) as progress:
        for start in range(0, len(keys), BATCH):
            some = keys[start : start + BATCH]
            with transaction.atomic():
                locked = rows.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
                changed += act(list(locked)) or 0
            progress.update(len(some))
    return changed
