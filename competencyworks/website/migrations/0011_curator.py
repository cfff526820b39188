"""The role of those who keep the wiki; editors may do the same."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

ALL = ("add", "change", "delete", "view")


def every(*models: str) -> list[str]:
    return [f"{act}_{model}" for model in models for act in ALL]


WIKI = [
    *every("wikipage", "pageresource", "resource"),
    "publish_wikipage", "publish_resource",
    "view_suggestion", "change_suggestion", "decide_suggestion",
]  # fmt: skip
CURATOR = {
    "wiki": WIKI,
    "core": [
        "add_image", "change_image", "view_image", "view_person", "view_topic", "view_state",
        "view_outsideaddress", "change_outsideaddress",
    ],
    "taggit": ["view_tag", "add_tag"],
}  # fmt: skip
EDITOR = {"wiki": WIKI, "core": ["view_outsideaddress", "change_outsideaddress"]}
GRANTED = {"Curator": CURATOR, "Editor": EDITOR}


def add(apps, schema_editor):
    # Django makes permissions only after the last migration; the roles need them now.
    for label in ("core", "wiki", "taggit"):
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
    groups.filter(name="Curator").delete()
    for group in groups.filter(name="Editor"):
        group.permissions.remove(
            *group.permissions.filter(content_type__app_label="wiki"),
            *group.permissions.filter(codename__endswith="_outsideaddress"),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("website", "0010_recorded_events"),
        ("core", "0007_links_and_working_copies"),
        ("wiki", "0001_initial"),
        ("taggit", "0001_initial"),
    ]
    operations = [migrations.RunPython(add, remove)]
