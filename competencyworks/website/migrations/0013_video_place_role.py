"""Those who run events see what is due at the video service, and have it tried again."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

CODENAMES = ["change_videoplace", "view_videoplace"]


def add(apps, schema_editor):
    create_permissions(installed.get_app_config("events"), verbosity=0)
    rows = _permissions(apps)
    if rows.count() != len(CODENAMES):
        raise RuntimeError("no permissions for places at the video service")
    apps.get_model("auth", "Group").objects.get(name="Event manager").permissions.add(*rows)


def remove(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name="Event manager"):
        group.permissions.remove(*_permissions(apps))


def _permissions(apps):
    permission = apps.get_model("auth", "Permission")
    return permission.objects.filter(content_type__app_label="events", codename__in=CODENAMES)


class Migration(migrations.Migration):
    dependencies = [("website", "0012_cited_changes"), ("events", "0005_video_service")]
    operations = [migrations.RunPython(add, remove)]
