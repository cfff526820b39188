"""Forms of the events' admin."""

from datetime import datetime, time

from django import forms

from competencyworks.core.publishable_admin import PublishableForm

from .local_hours import LocalHoursForm
from .models import Question
from .repeating import MOST

DAYS = [
    ("MO", "Monday"), ("TU", "Tuesday"), ("WE", "Wednesday"), ("TH", "Thursday"),
    ("FR", "Friday"), ("SA", "Saturday"), ("SU", "Sunday"),
]  # fmt: skip


class EventForm(LocalHoursForm, PublishableForm):
    local_moments = ("starts_at", "ends_at", "opens_at", "closes_at")


class Lines(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        lines = (line.strip() for line in super().to_python(value).splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial, data) -> bool:
        return (initial or []) != self.to_python(data)


class QuestionForm(forms.ModelForm):
    """A question that is asked in one place, which the form's kind says."""

    asked = Question.Asked.REGISTRATION
    options = Lines(required=False, help_text="Of a choice: what to choose from, one a line.")

    def clean_options(self) -> list[str]:
        options = self.cleaned_data["options"]
        if any(len(option) > 200 for option in options):
            raise forms.ValidationError("Keep each line within 200 characters.")
        return options

    def clean(self) -> dict:
        data = super().clean()
        is_choice = data.get("kind") in (Question.Kind.CHOICE, Question.Kind.CHOICES)
        if is_choice and "options" in data and len(data["options"]) < 2:
            self.add_error("options", "Give two lines or more to choose from.")
        return data

    def save(self, commit: bool = True):
        self.instance.asked = self.asked
        return super().save(commit)


class SurveyQuestionForm(QuestionForm):
    asked = Question.Asked.SURVEY


class RepeatForm(forms.Form):
    """How often an event repeats, in plain choices or as a rule of RFC 5545."""

    every = forms.ChoiceField(
        label="Repeat",
        choices=[
            ("DAILY", "by days"),
            ("WEEKLY", "by weeks"),
            ("MONTHLY", "by months, on the same date"),
            ("MONTHLY_DAY", "by months, on the same weekday (as the second Thursday)"),
        ],
        initial="WEEKLY",
    )
    interval = forms.IntegerField(
        label="Every",
        min_value=1,
        max_value=MOST,
        initial=1,
        help_text="1: each day, week or month; 2: every other one.",
    )
    days = forms.MultipleChoiceField(
        label="On",
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="By weeks only. None ticked: on the weekday of this event.",
    )
    count = forms.IntegerField(
        label="Sessions in all",
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=f"This event included; at most {MOST}.",
    )
    until = forms.DateField(
        label="Or until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last day on which a session may take place.",
    )
    rule = forms.CharField(
        label="Or a rule of your own",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="As in RFC 5545: FREQ=MONTHLY;BYDAY=-1FR;COUNT=6 is the last Friday of six "
        "months. If you write one, the choices above do not count.",
    )

    def __init__(self, *args, start: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.start = start  # on the clocks of the event's zone

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors and not data["rule"].strip():
            if not data["count"] and not data["until"]:
                self.add_error("count", "Say how many sessions there are, or until when.")
            elif data["until"] and data["until"] < self.start.date():
                self.add_error("until", "This is before the event itself.")
        return data

    @property
    def as_rule(self) -> str:
        """What was chosen, as a rule."""
        data = self.cleaned_data
        if rule := data["rule"].strip():
            return rule
        parts = [f"FREQ={data['every'].partition('_')[0]}", f"INTERVAL={data['interval']}"]
        if data["every"] == "WEEKLY" and data["days"]:
            parts.append(f"BYDAY={','.join(data['days'])}")
        if data["every"] == "MONTHLY_DAY":
            # The fifth Thursday of a month is meant as its last: not every month has five.
            week = (self.start.day - 1) // 7 + 1
            parts.append(f"BYDAY={-1 if week == 5 else week}{DAYS[self.start.weekday()][0]}")
        if data["count"]:
            parts.append(f"COUNT={data['count']}")
        if data["until"]:
            parts.append(f"UNTIL={datetime.combine(data['until'], time(23, 59)):%Y%m%dT%H%M%S}")
        return ";".join(parts)
