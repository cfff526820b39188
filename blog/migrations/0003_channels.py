"""The two blogs. Staff change their words, not their number."""

from django.db import migrations

CHANNELS = [
    ("k-12", "K-12", "Competency education in schools and districts"),
    ("higher-ed", "Higher Education", "Competency-based learning in colleges and universities"),
]


def add(apps, schema_editor):
    channel = apps.get_model("blog", "Channel")
    channel.objects.bulk_create(
        channel(slug=slug, name=name, tagline=tagline, position=number)
        for number, (slug, name, tagline) in enumerate(CHANNELS)
    )


def remove(apps, schema_editor):
    apps.get_model("blog", "Channel").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("blog", "0002_initial")]
    operations = [migrations.RunPython(add, remove)]
