"""
What feed readers know an item by (https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt).

It is given once and kept for the item's life, so a changed slug, month or host makes no item new.
An imported item keeps what its old feed said.
"""

import uuid

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.encoding import iri_to_uri

LENGTH = 1200  # characters: a host and a path


def new_guid() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def keep_addresses(app_label: str, *names: str):
    """
    For a migration: the operation that gives the items which are there already the address by which
    feed readers have known them.
    """

    def keep(apps, schema_editor):
        for name in names:
            rows = apps.get_model(app_label, name)._base_manager.all()
            rows.update(guid=Concat(Value(settings.SITE_URL), F("path")))
            # Feeds wrote these addresses with percent signs.
            other = rows.filter(path__regex="[^\\x01-\\x7f]").only("pk", "path")
            for row in other.iterator():
                guid = iri_to_uri(settings.SITE_URL + row.path)[:LENGTH]
                rows.filter(pk=row.pk).update(guid=guid)

    return keep
