"""
The days and moments that forms take: of the years 1900 to 2200.

Python cannot move the first and last days of its calendar to another time zone, and a mistyped year
('0204', '20204') is told while somebody looks. The limits stand in forms, so that no table depends
on them.

A moment is typed in the site's time zone. What daylight saving time makes of some hours is said in
plain words; see local_time.
"""

from contextlib import suppress
from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from . import local_time
from .clock_times import NOT_A_DATE, DayAndClockField

FIRST_YEAR, LAST_YEAR = 1900, 2200
NOT_IN_RANGE = f"Enter a year from {FIRST_YEAR} to {LAST_YEAR}."


def is_in_range(day: date) -> bool:
    """Whether `day` (a date, or a moment, by the current time zone) is one that the site takes."""
    if isinstance(day, datetime) and timezone.is_aware(day):
        with suppress(OverflowError):  # its year is out of range in any zone
            day = timezone.localtime(day)
    return FIRST_YEAR <= day.year <= LAST_YEAR


def validate_year(day: date) -> None:
    """The validator of each field of a form that takes a day or a moment."""
    if not is_in_range(day):
        raise ValidationError(NOT_IN_RANGE, code="year")


class DayField(forms.DateField):
    """A day of those years; what is no date is told with an example."""

    default_error_messages = {"invalid": NOT_A_DATE}
    default_validators = [validate_year]


class MomentField(DayAndClockField):
    """A day and an hour of the site's time zone; of an hour that comes twice it takes the first."""

    def compress(self, data_list: list) -> datetime | None:
        if not data_list:
            return None
        for value, code in zip(data_list, ("invalid_date", "invalid_time"), strict=True):
            if value in self.empty_values:
                raise ValidationError(self.error_messages[code], code=code)
        try:
            return local_time.moment(datetime.combine(*data_list), timezone.get_current_timezone())
        except local_time.NoSuchHour as error:
            raise ValidationError(str(error), code="no_such_hour") from error


def untouched(form: forms.ModelForm, name: str) -> datetime | None:
    """
    The moment stored in the field `name` of a form in which nobody changed it, if it is the second
    of two that show the same hour: the form shows no difference, and would take the first.
    """
    at = form.initial.get(name)
    if not isinstance(at, datetime) or name in form.changed_data:
        return None
    local = timezone.localtime(at)
    return at if local.fold else None


class DatesInRange:
    """Mixin of model admins and inlines: fields for days and moments take those years alone."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.DateTimeField):
            kwargs.setdefault("form_class", MomentField)
        elif isinstance(db_field, models.DateField):
            kwargs.setdefault("form_class", DayField)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        is_dated = field is not None and isinstance(db_field, models.DateField)  # or DateTimeField
        if is_dated and validate_year not in field.validators:
            field.validators.append(validate_year)
        return field
