"""How long before an event a reminder goes: minutes, as staff type and read them: '1 day'."""

import re

from django import forms
from django.core.exceptions import ValidationError

UNITS = {"week": 7 * 24 * 60, "day": 24 * 60, "hour": 60, "minute": 1}
NAMES = {
    **{name: name for name in UNITS}, **{f"{name}s": name for name in UNITS},
    "w": "week", "d": "day", "h": "hour", "hr": "hour", "hrs": "hour",
    "m": "minute", "min": "minute", "mins": "minute", "": "minute",
}  # fmt: skip
PART = re.compile(r"(\d{1,7}|an?)\s*([a-z]*)\.?\s*(?:and\s+)?", re.ASCII)
LONGEST = 366 * UNITS["day"]
MOST = 10
BAD = (
    "“%(part)s” is not a length of time. Enter times such as: 1 day, 2 hours, 30 minutes. For an "
    "hour and a half, enter: 1 hour 30 minutes."
)
NO_UNIT = (
    "“%(part)s” does not say minutes, hours, or days. A comma separates two reminders: “1 day, 1 "
    "hour” is two, and “1 hour 30 minutes” is one, an hour and a half before the start."
)
HELP = (
    "How long before the start to email reminders to people with a seat. A comma separates two "
    "reminders: “1 day, 1 hour” is two. “1 day 1 hour” is one, 25 hours before the start."
)


def reminder_words(minutes: int) -> str:
    """'1 day', '2 hours 30 minutes'."""
    found, left = [], int(minutes)
    for name in ("day", "hour", "minute"):
        count, left = divmod(left, UNITS[name])
        if count:
            found.append(f"{count:,} {name}{'' if count == 1 else 's'}")
    return " ".join(found) or "0 minutes"


def sent_when(times: list[int]) -> str:
    """What was understood, in words for staff."""
    if not times:
        return "No reminders will be emailed."
    if len(times) == 1:
        return f"One reminder will be emailed: {reminder_words(times[0])} before the start."
    words = [f"{reminder_words(each)} before" for each in times]
    comma = "," if len(words) > 2 else ""
    first = ", ".join(words[:-1])
    return f"{len(times)} reminders will be emailed: {first}{comma} and {words[-1]} the start."


def read(part: str) -> int | None:
    """The minutes that `part` says, as '1 day 2 hours'; None if it says none."""
    text, minutes, position = part.strip().lower(), 0, 0
    while match := PART.match(text, position):
        number, name = match.groups()
        if name not in NAMES or (not name and (not number.isdigit() or match.end() < len(text))):
            return None
        minutes += (int(number) if number.isdigit() else 1) * UNITS[NAMES[name]]
        position = match.end()
    return minutes if position == len(text) else None


class ReminderTimesField(forms.CharField):
    """Several lengths of time, between commas; in Python a list of minutes, the longest first."""

    widget = forms.TextInput(attrs={"class": "vTextField"})

    def prepare_value(self, value):
        if isinstance(value, list):
            return ", ".join(reminder_words(minutes) for minutes in value)
        return value

    def to_python(self, value) -> list[int]:
        parts = [part.strip() for part in super().to_python(value).split(",")]
        parts = [part for part in parts if part]
        found = {self._minutes(part) for part in parts}
        # Minutes may be left out everywhere, but not once: '1,5 hours' is no list of two.
        bare = [part for part in parts if part.isdigit()]
        if bare and len(bare) < len(parts):
            raise ValidationError(NO_UNIT, code="no_unit", params={"part": bare[0]})
        if len(found) > MOST:
            raise ValidationError(f"An event can have up to {MOST} reminders.", code="many")
        return sorted(found, reverse=True)

    def has_changed(self, initial, data) -> bool:
        try:
            return sorted(initial or [], reverse=True) != self.to_python(data or "")
        except ValidationError:
            return True

    @staticmethod
    def _minutes(part: str) -> int:
        minutes = read(part)
        if minutes is None:
            raise ValidationError(BAD, code="invalid", params={"part": part})
        if not 1 <= minutes <= LONGEST:
            words = "Enter reminders from 1 minute to 366 days before the start."
            raise ValidationError(words, code="range")
        return minutes
