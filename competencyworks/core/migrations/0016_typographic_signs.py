"""The search in comments reads typographic signs as the straight ones."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import competencyworks.core.search


class Migration(migrations.Migration):
    dependencies = [("core", "0015_policy_permissions")]
    operations = [
        migrations.RemoveIndex("comment", "comment_words"),
        migrations.AddIndex(
            "comment",
            django.contrib.postgres.indexes.GinIndex(
                competencyworks.core.search._WordVector(
                    "D",
                    "name",
                    "email",
                    django.db.models.functions.text.Replace(
                        models.F("email"), models.Value("@"), models.Value(" ")
                    ),
                    "website",
                    "body",
                ),
                name="comment_words",
            ),
        ),
    ]
