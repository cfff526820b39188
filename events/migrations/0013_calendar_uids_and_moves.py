"""
The UID of events in calendars is stored; events that are there already keep the one that calendars
have. A public event that is moved keeps its former start.
"""

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Cast, Concat

from events import calendar_ids


def keep_uids(apps, schema_editor):
    """As they were made of the key before."""
    key = Cast("pk", models.CharField())
    uid = Concat(Value("event-"), key, Value("@competencyworks"))
    apps.get_model("events", "Event")._base_manager.update(uid=uid)


class Migration(migrations.Migration):
    dependencies = [("events", "0012_seats_passed_on")]
    operations = [
        migrations.AddField("event", "moved_from", models.DateTimeField(null=True, editable=False)),
        migrations.AddField(
            "event",
            "uid",
            models.CharField(max_length=calendar_ids.LENGTH, default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(keep_uids, migrations.RunPython.noop),
        migrations.AlterField(
            "event",
            "uid",
            models.CharField(
                max_length=calendar_ids.LENGTH,
                unique=True,
                default=calendar_ids.new_uid,
                editable=False,
            ),
        ),
    ]
