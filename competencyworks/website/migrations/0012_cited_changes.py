"""Curators and editors see which texts cite what has changed, and may settle them."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ("Curator", "Editor")
GRANTED = ("view_citedchange", "settle_citedchange")


def _permissions(apps):
    rows = apps.get_model("auth", "Permission").objects
    return rows.filter(content_type__app_label="core", codename__in=GRANTED)


def add(apps, schema_editor):
    # Django makes permissions only after the last migration; the roles need them now.
    create_permissions(installed.get_app_config("core"), verbosity=0)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(*_permissions(apps))


def remove(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*_permissions(apps))


class Migration(migrations.Migration):
    dependencies = [("website", "0011_curator"), ("core", "0008_cited_changes")]
    operations = [migrations.RunPython(add, remove)]
