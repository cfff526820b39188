"""Work out anew what is stored beside texts (page HTML, leads, addresses)."""

from django.apps import apps
from django.core.management.base import BaseCommand
from tqdm import tqdm

from competencyworks.core.publishing import Publishable

BATCH = 200
DERIVED = ["html", "lead", "contents", "attached_text", "path"]


class Command(BaseCommand):
    help = "Work out anew what is stored beside each text, after the rules for it have changed."

    def handle(self, **options):
        for model in apps.get_models():
            if issubclass(model, Publishable) and not model._meta.proxy:
                self._rederive(model)

    def _rederive(self, model: type[Publishable]) -> None:
        rows = model._base_manager.order_by("pk")
        changed = 0
        progress = tqdm(
            rows.iterator(chunk_size=BATCH),
            total=rows.count(),
            desc=str(model._meta.verbose_name_plural),
            disable=None,
        )
        for item in progress:
            before = [getattr(item, name) for name in DERIVED]
            item.derive()
            if before != [getattr(item, name) for name in DERIVED]:
                # Only these: the words have not changed, so neither has the date of change.
                item.save(update_fields=DERIVED)
                changed += 1
        self.stdout.write(f"{model._meta.verbose_name_plural}: {changed} changed")
