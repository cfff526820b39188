"""Authors and editors work on digests as on articles."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

MODELS = ["digest", "digestrow"]
CODENAMES = [f"{act}_{model}" for model in MODELS for act in ("add", "change", "delete", "view")]
ROLES = ["Author", "Editor"]


def permissions(apps):
    return apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="blog", codename__in=CODENAMES
    )


def add(apps, schema_editor):
    # Django makes permissions only after the last migration; the roles need them now.
    create_permissions(installed.get_app_config("blog"), verbosity=0)
    granted = permissions(apps)
    if granted.count() != len(CODENAMES):
        raise RuntimeError(f"some of these permissions are missing: {CODENAMES}")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(*granted)


def remove(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*permissions(apps))


class Migration(migrations.Migration):
    dependencies = [("website", "0004_page_discussion"), ("blog", "0006_digests")]
    operations = [migrations.RunPython(add, remove)]
