"""Those who run events put its mails into their own words."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

CODENAMES = [f"{act}_mailwording" for act in ("add", "change", "delete", "view")]


def add(apps, schema_editor):
    create_permissions(installed.get_app_config("events"), verbosity=0)
    rows = _permissions(apps)
    if rows.count() != len(CODENAMES):
        raise RuntimeError("no permissions for the wording of mails")
    apps.get_model("auth", "Group").objects.get(name="Event manager").permissions.add(*rows)


def remove(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name="Event manager"):
        group.permissions.remove(*_permissions(apps))


def _permissions(apps):
    permission = apps.get_model("auth", "Permission")
    return permission.objects.filter(content_type__app_label="events", codename__in=CODENAMES)


class Migration(migrations.Migration):
    dependencies = [("website", "0008_event_manager"), ("events", "0003_signing_up")]
    operations = [migrations.RunPython(add, remove)]
