"""
Which fields of a posted form hold what a person typed, and what they are called on its page.

The form itself cannot be built without a session. The address tells whose form of the admin it
was, and the fields of that model what is text and how it is labeled. Of other fields the names
tell, as far as they go.
"""

import re

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import Resolver404, resolve
from django.utils.text import capfirst

# Parts of the names of fields that hold what must not be shown.
SECRET = ("password", "passwd", "token", "secret", "csrf", "credential", "code", "otp", "session")
# What pages put into their forms, buttons included, beside the fields of models.
NOT_TYPED = frozenset(
    "action ban based_on copy_seen decide device ids index keep kept_as kind missing next nonce "
    "opened_at opened_from "
    "parent post profile same_address seen select_across settled step there url view".split()
)
# A row of a table in a form, as 'event_people-0-role'; a second table of a kind has '-2'.
ROW = re.compile(r"(?P<rows>\w+?)(?:-\d+)?-(?P<number>\d+|__prefix__)-(?P<name>\w+)")
# A day and an hour have a field each.
PART = re.compile(r"(?P<name>.+)_(?P<part>[01])")
PARTS = {"0": "date", "1": "time"}
# Fields of our forms that are of no model.
LABELS = {"revision_reason": "Reason for the change", "goes_public_at": "Publish this version on"}
TYPED = (models.CharField, models.TextField, models.DateField)


class TypedFields:
    """The fields that somebody types in the form at one address."""

    def __init__(self, path: str) -> None:
        self.model = _model_at(path)

    def label(self, name: str, value: str) -> str | None:
        """What a field is called; None for one that nobody typed, or that must not be shown."""
        if any(part in name.lower() for part in SECRET):
            return None
        if name.startswith(("_", "initial-")) or name.endswith(("_FORMS", "-opened_from")):
            return None
        if row := ROW.fullmatch(name):
            return self._label_in_row(row)
        name, part = _part(name)
        if self.model and (field := _field(self.model, name)):
            return f"{capfirst(field.verbose_name)}{part}" if _is_typed(field) else None
        if name in NOT_TYPED or value.strip().isdigit():  # digits are a key or a choice
            return None
        return LABELS.get(name, _words(name)) + part

    def _label_in_row(self, row: re.Match[str]) -> str | None:
        if self.model is None or not row["number"].isdigit():
            return None
        found = [
            relation.related_model
            for relation in self.model._meta.related_objects
            if relation.get_accessor_name() == row["rows"]
        ]
        field = _field(found[0], row["name"]) if found else None
        if field is None or not _is_typed(field):
            return None
        kind = capfirst(found[0]._meta.verbose_name)
        return f"{kind} {int(row['number']) + 1}: {field.verbose_name}"


def _model_at(path: str) -> type[models.Model] | None:
    """The model whose form for one item stands at an address of the admin."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.namespace != "admin":
        return None
    for model in apps.get_models():
        start = f"{model._meta.app_label}_{model._meta.model_name}"
        if match.url_name in (f"{start}_add", f"{start}_change"):
            return model if admin.site.is_registered(model) else None
    return None


def _part(name: str) -> tuple[str, str]:
    """'publish_at_0' as the name of the field and the part of it that was typed."""
    found = PART.fullmatch(name)
    return (found["name"], f" ({PARTS[found['part']]})") if found else (name, "")


def _field(model: type[models.Model], name: str) -> models.Field | None:
    return next((each for each in model._meta.get_fields() if each.name == name), None)


def _is_typed(field) -> bool:
    """Whether a field is one for text or a day, rather than a choice, a key or a number."""
    if field.name == "tags":
        return True  # typed, though they are relations
    return isinstance(field, TYPED) and not field.choices


def _words(name: str) -> str:
    """The name of a field as words: 'seo_title' -> 'Seo title'."""
    return " ".join(name[:100].replace("_", " ").replace("-", " ").split()).capitalize()
