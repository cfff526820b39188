from django.db import IntegrityError, migrations, transaction

from competencyworks.core.email_addresses import stored_form

# Every column of addresses.
COLUMNS = [
    ("auth", "user", "email"),
    ("core", "comment", "email"),
    ("core", "outgoingmail", "to_email"),
    ("core", "person", "email"),
    ("events", "registration", "email"),
    ("events", "videoplace", "asked_as"),
    ("website", "sitesettings", "contact_email"),
    ("wiki", "resource", "contact_email"),
    ("wiki", "suggestion", "email"),
    ("wiki", "watch", "email"),
]
# Only these can differ from the form in which addresses are stored.
OTHERS = r"[A-Z]|[^\x01-\x7f]|\s"


def normalize(apps, schema_editor):
    """
    Store each address in the form in which new ones are. Where two of one event, or of one watched
    page, turn out to be the same, the later one stays as it is.
    """
    for app, name, column in COLUMNS:
        rows = apps.get_model(app, name)._base_manager.all()
        _normalize(rows, column, stored_form)
    bans = apps.get_model("core", "Ban")._base_manager.filter(kind="email")
    _normalize(bans.filter(value__contains="@"), "value", _of_ban)


def _normalize(rows, column, form_of):
    found = rows.filter(**{f"{column}__regex": OTHERS}).order_by("pk")
    for pk, email in list(found.values_list("pk", column)):
        if (form := form_of(email)) == email:
            continue
        try:
            with transaction.atomic():
                rows.filter(pk=pk).update(**{column: form})
        except IntegrityError:
            continue


def _of_ban(value):
    """An address, or a whole domain as '@example.org'."""
    return stored_form(f"x{value}")[1:] if value.startswith("@") else stored_form(value)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0021_mail_order"),
        ("events", "0010_words_of_publishing"),
        ("website", "0018_words"),
        ("wiki", "0009_words"),
    ]

    operations = [migrations.RunPython(normalize, migrations.RunPython.noop)]
