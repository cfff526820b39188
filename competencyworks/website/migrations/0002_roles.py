"""The roles of staff as groups: author, editor. And the one row of the site's settings."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

AUTHOR = {
    "blog": ["add_post", "change_post", "delete_post", "view_post", "view_series", "view_channel"],
    "core": [
        "add_image", "change_image", "view_image",
        "view_person", "view_topic", "view_state",
    ],
    "taggit": ["view_tag"],
}  # fmt: skip
EDITED = {
    "blog": ["post", "series", "postauthor"],
    "core": ["image", "person", "topic", "oldaddress", "comment"],
    "website": ["page"],
    "taggit": ["tag"],
}


def editor_permissions() -> dict[str, list[str]]:
    found = {
        app: [f"{act}_{model}" for model in models for act in ("add", "change", "delete", "view")]
        for app, models in EDITED.items()
    }
    found["blog"] += ["publish_post", "change_channel", "view_channel"]
    found["core"] += ["view_state"]
    found["website"] += ["publish_page", "change_sitesettings", "view_sitesettings"]
    return found


AUTHOR["blog"] += ["add_postauthor", "change_postauthor", "delete_postauthor", "view_postauthor"]
ROLES = {"Author": AUTHOR, "Editor": editor_permissions()}


def add(apps, schema_editor):
    # Django makes permissions only after the last migration; the roles need them now.
    for label in ("blog", "core", "website", "taggit"):
        create_permissions(installed.get_app_config(label), verbosity=0)
    permission = apps.get_model("auth", "Permission")
    for name, granted in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for label, codenames in granted.items():
            rows = permission.objects.filter(content_type__app_label=label, codename__in=codenames)
            missing = set(codenames) - set(rows.values_list("codename", flat=True))
            if missing:
                raise RuntimeError(f"no such permissions in {label}: {sorted(missing)}")
            group.permissions.add(*rows)
    apps.get_model("website", "SiteSettings").objects.get_or_create(pk=1)


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()
    apps.get_model("website", "SiteSettings").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("website", "0001_initial"),
        ("blog", "0003_channels"),
        ("core", "0002_states"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("taggit", "0001_initial"),
    ]
    operations = [migrations.RunPython(add, remove)]
