import django.utils.timezone
from django.db import migrations, models

from competencyworks.core.client_address import hashed


def prove_writers(apps, schema_editor):
    """Whoever confirmed the address of a comment has proven it."""
    comments = apps.get_model("core", "Comment").objects.filter(is_confirmed=True)
    emails = comments.exclude(email="").values_list("email", flat=True).distinct()
    proven = apps.get_model("core", "ProvenAddress")
    rows = [proven(who=who) for who in {hashed(email) for email in emails.iterator()}]
    proven.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0013_retired_topics")]

    operations = [
        migrations.CreateModel(
            name="ProvenAddress",
            fields=[
                (
                    "who",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="proven_age")],
            },
        ),
        migrations.RunPython(prove_writers, migrations.RunPython.noop),
    ]
