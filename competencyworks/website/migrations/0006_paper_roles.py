"""What the roles of staff may do with papers."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

WRITTEN = [
    f"{act}_{model}"
    for model in ("paper", "paperauthor")
    for act in ("add", "change", "delete", "view")
]
ROLES = {"Author": WRITTEN, "Editor": [*WRITTEN, "publish_paper"]}


def add(apps, schema_editor):
    # Django makes permissions only after the last migration; the roles need them now.
    create_permissions(installed.get_app_config("blog"), verbosity=0)
    permission = apps.get_model("auth", "Permission").objects
    for name, granted in ROLES.items():
        group = apps.get_model("auth", "Group").objects.get(name=name)
        rows = permission.filter(content_type__app_label="blog", codename__in=granted)
        if missing := set(granted) - set(rows.values_list("codename", flat=True)):
            raise RuntimeError(f"no such permissions in blog: {sorted(missing)}")
        group.permissions.add(*rows)


def remove(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*group.permissions.filter(codename__in=ROLES["Editor"]))


class Migration(migrations.Migration):
    dependencies = [
        ("website", "0005_digest_roles"),
        ("blog", "0007_papers"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(add, remove)]
