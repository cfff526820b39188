"""Forms of the events' admin."""

from datetime import datetime, time

from django import forms

from competencyworks.core.date_fields import DayField
from competencyworks.core.publishable_admin import PublishableForm

from .local_hours import LocalHoursForm
from .models import Question
from .reminder_times import HELP, ReminderTimesField
from .repeating import MOST
from .stored_answers import people
from .zones import DEFAULT_ZONE, offered_with

DAYS = [
    ("MO", "Monday"), ("TU", "Tuesday"), ("WE", "Wednesday"), ("TH", "Thursday"),
    ("FR", "Friday"), ("SA", "Saturday"), ("SU", "Sunday"),
]  # fmt: skip


class EventForm(LocalHoursForm, PublishableForm):
    local_moments = ("starts_at", "ends_at", "opens_at", "closes_at", "pass_seats_until")
    reminder_minutes = ReminderTimesField(
        label="Reminders",
        required=False,
        help_text=HELP,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "zone" in self.fields:
            self.fields["zone"].choices = offered_with(self.initial.get("zone") or DEFAULT_ZONE)


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
    options = Lines(required=False, help_text="For choice questions: the options, one per line.")

    def clean_options(self) -> list[str]:
        options = self.cleaned_data["options"]
        if any(len(option) > 200 for option in options):
            raise forms.ValidationError("Shorten each line to 200 characters or fewer.")
        return options

    @property
    def answered(self) -> int:
        """How many answered the question, of those whose answers the form knew."""
        return getattr(self.instance, "answered", 0)

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"]
        if self.answered and kind != self.initial["kind"]:
            raise forms.ValidationError(
                f"{people(self.answered)} answered this question, so its type cannot change. Add "
                "a new question and delete this one. The answers are kept."
            )
        return kind

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        is_consent = self.initial.get("kind") == Question.Kind.CONSENT
        if self.answered and is_consent and text != self.initial["text"]:
            raise forms.ValidationError(
                f"{people(self.answered)} agreed to the words “{self.initial['text']}”. Restore "
                "them, add a new question, and delete this one. Their consent is kept."
            )
        return text

    def clean(self) -> dict:
        data = super().clean()
        is_choice = data.get("kind") in (Question.Kind.CHOICE, Question.Kind.CHOICES)
        if is_choice and "options" in data and len(data["options"]) < 2:
            self.add_error("options", "Enter at least two options, one per line.")
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
            ("DAILY", "Daily"),
            ("WEEKLY", "Weekly"),
            ("MONTHLY", "Monthly, on the same date"),
            ("MONTHLY_DAY", "Monthly, on the same weekday (such as the second Thursday)"),
        ],
        initial="WEEKLY",
    )
    interval = forms.IntegerField(
        label="Every",
        min_value=1,
        max_value=MOST,
        initial=1,
        help_text="1: every day, week, or month. 2: every other one.",
    )
    days = forms.MultipleChoiceField(
        label="On",
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Weekly repetition only. If none is selected, sessions are on the same weekday "
        "as this event.",
    )
    count = forms.IntegerField(
        label="Number of sessions",
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=f"Including this event. Up to {MOST}.",
    )
    until = DayField(
        label="Or until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last possible day for a session.",
    )
    rule = forms.CharField(
        label="Or a custom rule",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="In RFC 5545 format: FREQ=MONTHLY;BYDAY=-1FR;COUNT=6 is the last Friday of the "
        "month for six months. A custom rule replaces the choices above.",
    )

    def __init__(self, *args, start: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.start = start  # on the clocks of the event's zone

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors and not data["rule"].strip():
            if not data["count"] and not data["until"]:
                self.add_error("count", "Enter the number of sessions or an end date.")
            elif data["until"] and data["until"] < self.start.date():
                self.add_error("until", "This date is before the event. Choose a later one.")
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
