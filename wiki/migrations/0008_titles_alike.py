"""
Titles of pages are compared without regard to typographic signs, hyphens and dashes.

Of two pages that have the same title then, the older one keeps it; the other is called 'Title (2)'.
Links in texts to the one title led to both of them, as they were typed; now they lead to the first.
"""

from django.db import migrations

# Migrations that compare titles in yet another way come after this one, and fold them anew.
from competencyworks.core.links.titles import title_key


def fold_pages(apps, schema_editor):
    WikiPage = apps.get_model("wiki", "WikiPage")
    rows = list(WikiPage.objects.order_by("pk").values_list("pk", "title", "title_key"))
    taken = set()
    # Those whose keys stay come first, so that none is in the way of another.
    for pk, title, before in sorted(rows, key=lambda row: (title_key(row[1]) != row[2], row[0])):
        wanted, number = title, 2
        while (key := title_key(wanted)) in taken:
            wanted = f"{title[:290]} ({number})"
            number += 1
        taken.add(key)
        if (key, wanted) != (before, title):
            WikiPage.objects.filter(pk=pk).update(title=wanted, title_key=key)


def fold_former_titles(apps, schema_editor):
    FormerTitle = apps.get_model("wiki", "FormerTitle")
    for row in FormerTitle.objects.order_by("pk"):
        key = title_key(row.key)
        if key == row.key:
            continue
        if FormerTitle.objects.filter(key=key).exists():
            row.delete()
        else:
            FormerTitle.objects.filter(pk=row.pk).update(key=key)


class Migration(migrations.Migration):
    dependencies = [
        ("wiki", "0007_guids"),
        ("core", "0017_titles_of_links"),
    ]

    operations = [
        migrations.RunPython(fold_pages, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(fold_former_titles, migrations.RunPython.noop, elidable=True),
    ]
