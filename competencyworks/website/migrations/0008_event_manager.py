"""The role of those who run events; editors keep what events say, not who registered."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

ALL = ("add", "change", "delete", "view")


def every(*models: str) -> list[str]:
    return [f"{act}_{model}" for model in models for act in ALL]


CONTENT = [*every("event", "eventperson", "question", "invitation"), "publish_event"]
MANAGER = {
    "events": [*CONTENT, *every("registration"), "export_registration", "view_repetition"],
    "core": [
        "add_image", "change_image", "view_image", "add_person", "change_person", "view_person",
        "view_topic", "view_state",
    ],
    "taggit": ["view_tag"],
}  # fmt: skip
GRANTED = {"Event manager": MANAGER, "Editor": {"events": CONTENT}}


def add(apps, schema_editor):
    # Django makes permissions only after the last migration; the roles need them now.
    for label in ("core", "events", "taggit"):
        create_permissions(installed.get_app_config(label), verbosity=0)
    for name, granted in GRANTED.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for label, codenames in granted.items():
            rows = apps.get_model("auth", "Permission").objects.filter(
                content_type__app_label=label, codename__in=codenames
            )
            missing = set(codenames) - set(rows.values_list("codename", flat=True))
            if missing:
                raise RuntimeError(f"no such permissions in {label}: {sorted(missing)}")
            group.permissions.add(*rows)


def remove(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    groups.filter(name="Event manager").delete()
    for group in groups.filter(name="Editor"):
        group.permissions.remove(*group.permissions.filter(content_type__app_label="events"))


class Migration(migrations.Migration):
    dependencies = [
        ("website", "0007_moderator_role"),
        ("events", "0002_session_dates"),
        ("taggit", "0001_initial"),
    ]
    operations = [migrations.RunPython(add, remove)]
