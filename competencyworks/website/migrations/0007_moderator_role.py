"""The role of those who keep the conversation: moderator. Editors may do the same."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

MODERATOR = [
    "moderate_comment", "view_comment", "change_comment",
    "add_ban", "change_ban", "delete_ban", "view_ban",
    "view_commentreport", "view_commentdecision", "view_discussionsettings",
]  # fmt: skip
EDITOR = [*MODERATOR, "change_discussionsettings"]


def add(apps, schema_editor):
    create_permissions(installed.get_app_config("core"), verbosity=0)
    permission = apps.get_model("auth", "Permission")
    group = apps.get_model("auth", "Group")
    for name, codenames in {"Moderator": MODERATOR, "Editor": EDITOR}.items():
        rows = permission.objects.filter(content_type__app_label="core", codename__in=codenames)
        missing = set(codenames) - set(rows.values_list("codename", flat=True))
        if missing:
            raise RuntimeError(f"no such permissions in core: {sorted(missing)}")
        group.objects.get_or_create(name=name)[0].permissions.add(*rows)


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="Moderator").delete()
    editors = apps.get_model("auth", "Group").objects.filter(name="Editor").first()
    if editors:
        taken = set(EDITOR) - {"view_comment", "change_comment"}
        rows = editors.permissions.filter(content_type__app_label="core", codename__in=taken)
        editors.permissions.remove(*rows)


class Migration(migrations.Migration):
    dependencies = [
        ("website", "0006_paper_roles"),
        ("core", "0005_moderation"),
    ]
    operations = [migrations.RunPython(add, remove)]
