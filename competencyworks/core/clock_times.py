"""Times of day as people in the United States type them: '2 pm', '2:30 p.m.', '14:30', '1430'."""

import re
from datetime import time

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError

HELP = "Enter the time as 2:30 p.m. or 14:30."
NOT_A_DATE = "Enter a date such as 12/30/2026 (month/day/year) or 2026-12-30."
NOT_A_TIME = "Enter a time such as 2:30 p.m. or 14:30."
CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.]?(?P<minute>\d{2}))?(?:[:.](?P<second>\d{2})(?:\.\d{1,6})?)?"
    r"\s*(?:(?P<half>[ap])\.?\s?m?\.?)?",
    re.ASCII,
)
WORDS = {"noon": time(12), "midnight": time(0)}


def read(text: str) -> time | None:
    """The time of day that `text` says; None if it says none."""
    text = " ".join(text.lower().split())
    if text in WORDS:
        return WORDS[text]
    match = CLOCK.fullmatch(text)
    if match is None or not (match["minute"] or match["half"]):
        return None  # '2' alone may be meant for the morning or the afternoon
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    try:
        return time(hour, int(match["minute"] or 0), int(match["second"] or 0))
    except ValueError:
        return None


class ClockField(forms.TimeField):
    """A time of day in any of the usual spellings."""

    default_error_messages = {"invalid": NOT_A_TIME}

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            found = read(value)
            if found is None:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            return found
        return super().to_python(value)


class DayAndClockField(forms.SplitDateTimeField):
    """A day and a time of day in two fields of the admin."""

    widget = AdminSplitDateTime
    default_error_messages = forms.SplitDateTimeField.default_error_messages | {
        "invalid_date": NOT_A_DATE,
        "invalid_time": NOT_A_TIME,
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        messages = {"invalid": self.error_messages["invalid_time"]}
        clock = ClockField(error_messages=messages, required=False, disabled=self.disabled)
        clock.error_messages.setdefault("incomplete", self.error_messages["incomplete"])
        self.fields = (self.fields[0], clock)
        self.help_text = f"{self.help_text} {HELP}".strip()
