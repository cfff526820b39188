from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("website", "0016_guids")]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="tagline",
            field=models.CharField(
                blank=True,
                default="An online resource on competency education",
                help_text="What this site is, in a few words: one line below its name, without a "
                "period.",
                max_length=60,
            ),
        ),
    ]
