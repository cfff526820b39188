"""
Fields and widgets of the admin that choose rows by their keys.

A browser sends the keys that it was offered. Other programs send anything; Django's widgets ask
the database for it while the form with the error is shown, and that fails. Here a value that is no
key is an error of the field, as any other.
"""

from collections.abc import Iterable

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models


def is_key(value: object, model: type[models.Model]) -> bool:
    """Whether `value`, as a form sends it, may be the key of a row of `model`."""
    try:
        model._meta.pk.clean(value, None)
    except (ValidationError, ValueError, OverflowError):
        return False
    return True


class OnlyKeys:
    """Mixin of autocomplete widgets: of what was sent, they look up what may be a key."""

    def optgroups(self, name, value: Iterable, attrs=None):
        model = self.field.remote_field.model
        keys = [each for each in value if each in ("", None) or is_key(each, model)]
        return super().optgroups(name, keys, attrs)


class KeySelect(OnlyKeys, AutocompleteSelect):
    pass


class KeySelectMultiple(OnlyKeys, AutocompleteSelectMultiple):
    pass


class KeysField(forms.ModelMultipleChoiceField):
    """Says which of the values is no key, as Django's field does for those that no row has."""

    def clean(self, value):
        for each in value if isinstance(value, (list, tuple)) else ():
            if not is_key(each, self.queryset.model):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": str(each)[:40]},
                )
        return super().clean(value)


class ChoosesByKey:
    """Mixin of model admins and inlines whose fields for relations are those above."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request) and "widget" not in kwargs:
            kwargs["widget"] = KeySelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request) and "widget" not in kwargs:
            kwargs["widget"] = KeySelectMultiple(
                db_field, self.admin_site, using=kwargs.get("using")
            )
        kwargs.setdefault("form_class", KeysField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class KnownKeySelect(KeySelect):
    """
    One of many rows of a form: what was chosen in all of them is read once, and given here as
    `known`, by keys written as text.
    """

    known: dict[str, models.Model] | None = None

    def optgroups(self, name, value: Iterable, attrs=None):
        if self.known is None:
            return super().optgroups(name, value, attrs)
        chosen = [self.known[str(each)] for each in value if str(each) in self.known]
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        label = self.choices.field.label_from_instance
        for row in chosen:
            options.append(self.create_option(name, row.pk, label(row), True, len(options)))
        return [(None, options, 0)]


class KnownKeyField(forms.ModelChoiceField):
    """The field of KnownKeySelect."""

    known: dict[str, models.Model] | None = None

    def to_python(self, value):
        if self.known is None or value in self.empty_values or isinstance(value, models.Model):
            return super().to_python(value)
        if str(value) not in self.known:
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": value},
            )
        return self.known[str(value)]
