import re

from django.db import migrations, models

ABOUT = re.compile(r"(?:registration|comment|watch|suggestion)-\d+(?=-)")


def say_what_waiting_mail_is_about(apps, schema_editor):
    """Mail that waits goes in its order too; what was sent needs nothing."""
    mails = apps.get_model("core", "OutgoingMail").objects.filter(sent_at=None)
    changed = []
    for mail in mails.only("key").iterator():
        if found := ABOUT.match(mail.key):
            mail.about = found[0][:80]
            changed.append(mail)
    mails.model.objects.bulk_update(changed, ["about"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0020_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="about",
            field=models.CharField(
                blank=True,
                default="",
                help_text=(
                    "As 'registration-12': to one address, emails about one thing are sent in order."
                ),
                max_length=80,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="details",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="What it was made of, for writing it anew when it goes.",
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="in_trouble",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(say_what_waiting_mail_is_about, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["about", "id"], name="mail_about"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["answered_at"], name="mail_answered"),
        ),
    ]
