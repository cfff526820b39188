"""Titles of wikilinks are compared in another way, and addresses hold composed letters (NFC)."""

import unicodedata

from django.db import migrations

# Migrations that compare titles in yet another way come after this one, and fold them anew.
from competencyworks.core.links.titles import keys_of

BATCH = 1000


def fold_titles(apps, schema_editor):
    """Each link by title once in an item; one with a section also under the title of the page."""
    Link = apps.get_model("core", "Link")
    for link in Link.objects.exclude(title="").order_by("pk").iterator(BATCH):
        key, *of_page = keys_of(link.title) or [link.title]
        of_source = Link.objects.filter(
            source_type_id=link.source_type_id, source_id=link.source_id
        )
        if key != link.title:
            if of_source.filter(title=key).exists():
                link.delete()
            else:
                Link.objects.filter(pk=link.pk).update(title=key)
        for title in of_page:
            if not of_source.filter(title=title).exists():
                Link.objects.create(
                    source_type_id=link.source_type_id,
                    source_id=link.source_id,
                    title=title,
                    text=link.text,
                )


def compose_letters(apps, schema_editor):
    """What stands already under the composed address stays."""
    OldAddress = apps.get_model("core", "OldAddress")
    for pk, path in OldAddress.objects.order_by("pk").values_list("pk", "path").iterator(BATCH):
        composed = unicodedata.normalize("NFC", path)
        if composed != path and not OldAddress.objects.filter(path=composed).exists():
            OldAddress.objects.filter(pk=pk).update(path=composed)
    Link = apps.get_model("core", "Link")
    rows = Link.objects.exclude(path="").order_by("pk")
    for link in rows.iterator(BATCH):
        composed = unicodedata.normalize("NFC", link.path)
        same = Link.objects.filter(
            source_type_id=link.source_type_id, source_id=link.source_id, path=composed
        )
        if composed != link.path:
            if same.exists():
                link.delete()
            else:
                Link.objects.filter(pk=link.pk).update(path=composed)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0016_typographic_signs"),
    ]

    operations = [
        migrations.RunPython(fold_titles, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(compose_letters, migrations.RunPython.noop, elidable=True),
    ]
