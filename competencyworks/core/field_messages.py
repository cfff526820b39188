"""What fields of the admin say in place of Django's messages that name columns and limits of it."""

from django import forms
from django.core.validators import MaxValueValidator
from django.db import connection, models


class SaysInWords:
    """Mixin of model admins and inlines: errors of fields in words that say what to do."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return field
        if isinstance(field, forms.IntegerField):
            _limit(field, db_field)
        if db_field.unique:
            kind, name = db_field.model._meta.verbose_name, db_field.verbose_name
            field.error_messages["unique"] = f"Another {kind} has this {name}. Choose another one."
        return field


def _limit(field: forms.Field, db_field: models.Field) -> None:
    """Tell a number that the column cannot hold before the model does."""
    _least, most = connection.ops.integer_field_range(db_field.get_internal_type())
    if most is not None:
        field.validators.append(
            MaxValueValidator(most, f"This number is too large. Enter at most {most:,}.")
        )


class NamesDuplicates:
    """Mixin of formsets of inlines: says which rows are the same, where rows may not be."""

    def get_unique_error_message(self, unique_check):
        rows: dict[tuple, list[int]] = {}
        # The empty row for one more is not counted: with JavaScript nobody sees it.
        filled = (form for form in self.forms if form.instance.pk or form.has_changed())
        for number, form in enumerate(filled, start=1):
            data = getattr(form, "cleaned_data", {})
            values = tuple(data.get(name) for name in unique_check)
            if form not in self.deleted_forms and None not in values:
                rows.setdefault(values, []).append(number)
        same = next((numbers for numbers in rows.values() if len(numbers) > 1), [])
        names = " and ".join(
            str(self.model._meta.get_field(name).verbose_name)
            for name in unique_check
            if name != self.fk.name  # the form that all rows belong to
        )
        if not same:
            return super().get_unique_error_message(unique_check)
        numbers = f"{', '.join(map(str, same[:-1]))} and {same[-1]}"
        return f"Rows {numbers} have the same {names}. Change or remove all but one of them."

    def get_form_error(self):
        return "Another row has the same value."
