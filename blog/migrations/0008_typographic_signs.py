"""
The search reads typographic signs as the straight ones, 'K 12' as K-12, 'José' as 'Jose': vectors
are made anew. PostgreSQL before 17 cannot change the expression of a column, so each column is
dropped and added, which writes its table anew.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

from competencyworks.core.search import _Joined, _WordVector


def vector_made_anew(model: str) -> list:
    index = f"{model}_vector"
    return [
        migrations.RemoveIndex(model, index),
        migrations.RemoveField(model, "vector"),
        migrations.AddField(
            model,
            "vector",
            models.GeneratedField(
                db_persist=True,
                expression=_Joined(
                    _WordVector("A", "title"),
                    _WordVector("B", "excerpt"),
                    _WordVector("C", "body", "attached_text"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model,
            django.contrib.postgres.indexes.GinIndex(fields=["vector"], name=index),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_papers")]
    operations = [
        *vector_made_anew("post"),
        *vector_made_anew("series"),
        *vector_made_anew("paper"),
    ]
