"""The form of a registration: its fields follow from the event and its questions."""

import re

from django import forms

from ..models import Event, Question, Registration
from ..registration import Party
from .fields import Address, Name, One, OneLine, Paragraphs, Several, Tick

QUESTION = re.compile(r"question-(.*)", re.DOTALL)
LONGEST_ANSWER = 2000  # characters
# Seen by no person, filled in by robots.
TRAP = "subject"
# What browsers fill in by themselves.
CONTROLS = {
    "name": {"autocomplete": "name"},
    "email": {"autocomplete": "email"},
    "organization": {"autocomplete": "organization"},
    "role": {"autocomplete": "organization-title"},
    "code": {"autocomplete": "off", "autocapitalize": "none"},
}
ATTENDANCE = [("online", "Online"), ("in_person", "In person")]


class RegistrationForm(forms.Form):
    """What somebody says who registers for `event`, or has (`registration`) and changes it."""

    def __init__(
        self,
        event: Event,
        questions: list[Question],
        data=None,
        registration: Registration | None = None,
    ) -> None:
        initial = said(registration) if registration else None
        super().__init__(data, initial=initial, auto_id="register-%s")
        self.event, self.questions = event, questions
        self.fields |= _about_the_person(with_address=registration is None)
        self.fields |= _about_the_event(event, registration)
        for question in questions:
            self.fields[field_name(question)] = field_of(question)
        if event.by_invitation and registration is None:
            self.fields["code"] = OneLine(
                most=40,
                label="Invitation code",
                required_words="Give the code that stands in your invitation.",
            )

    def clean(self):
        known = {str(question.pk) for question in self.questions}
        asked = [found[1] for name in self.data if (found := QUESTION.fullmatch(name))]
        if set(asked) - known:
            raise forms.ValidationError(
                "The questions of this form have changed. Look through it and send it once more."
            )
        return self.cleaned_data

    def clean_companions(self) -> list[str]:
        """Names, of which there may be one fewer than seats."""
        names = [line for line in self.cleaned_data["companions"].split("\n") if line.strip()]
        names = [Name(label="").clean(line) for line in names]
        seats = self.cleaned_data.get("seats")
        if seats and len(names) > int(seats) - 1:
            raise forms.ValidationError(
                f"You ask for {seats} seat{'s' if int(seats) > 1 else ''} and name {len(names)} "
                "who come with you. Ask for more seats, or take names out."
            )
        return names

    def party(self, *, email: str = "") -> Party:
        """What the valid form says. `email` is that of a registration that exists already."""
        said = self.cleaned_data
        return Party(
            name=said["name"],
            email=said.get("email") or email,
            organization=said["organization"],
            role=said["role"],
            seats=int(said.get("seats") or 1),
            companions=said.get("companions") or [],
            online=is_online(self.event, said.get("attendance", "")),
            answers={
                str(question.pk): answer
                for question in self.questions
                if (answer := said[field_name(question)])
            },
            code=said.get("code", ""),
        )

    @property
    def shown_fields(self) -> list["Shown"]:
        """The fields as the page shows them, in order."""
        return [Shown(self[name]) for name in self.fields]


class Shown:
    """One field on the page: its piece (templates/events/fields.html), its control, its words."""

    def __init__(self, bound: forms.BoundField) -> None:
        self.bound, self.id = bound, bound.id_for_label or bound.auto_id
        self.label, self.hint = bound.label, bound.help_text
        self.is_required = bound.field.required
        self.piece = _piece(bound.field)
        self.error = next(iter(bound.errors), "")
        hints = [f"{bound.auto_id}-hint"] if self.hint else []
        self.described_by = " ".join(hints + ([f"{bound.auto_id}-error"] if self.error else []))
        # Where the link of the summary leads: a group has no control of its name.
        self.anchor = bound.auto_id

    @property
    def control(self) -> str:
        """The control alone."""
        attributes = dict(CONTROLS.get(self.bound.name, {}))
        if self.described_by:
            attributes["aria-describedby"] = self.described_by
        return self.bound.as_widget(attrs=attributes)

    @property
    def choices(self) -> list:
        """Of a group: its controls."""
        return list(self.bound.subwidgets)


def is_online(event: Event, chosen: str) -> bool:
    """Whether somebody takes part online who, if they can, has `chosen` 'online' or 'in_person'."""
    if event.attendance == Event.Attendance.BOTH:
        return chosen == "online"
    return event.attendance == Event.Attendance.ONLINE


def said(registration: Registration) -> dict:
    """What the form holds for somebody who has registered."""
    found = {
        "name": registration.name,
        "organization": registration.organization,
        "role": registration.role,
        "seats": str(registration.seats),
        "companions": "\n".join(registration.companions),
        "attendance": "online" if registration.online else "in_person",
    }
    return found | {f"question-{key}": value for key, value in registration.answers.items()}


def _about_the_person(*, with_address: bool) -> dict[str, forms.Field]:
    found = {"name": Name(label="Name", required_words="Tell us your name.")}
    if with_address:
        found["email"] = Address()
        found["email"].label = "E-mail"
        found["email"].help_text = "Your confirmation and the way to take part are sent there."
    found["organization"] = OneLine(label="Organization")
    found["role"] = OneLine(label="Role", help_text="As “Principal” or “Teacher”.")
    return found


def _about_the_event(event: Event, registration: Registration | None) -> dict[str, forms.Field]:
    found = {}
    if event.attendance == Event.Attendance.BOTH:
        words = "Say whether you take part online or in person."
        found["attendance"] = One(ATTENDANCE, label="How you take part", required_words=words)
        found["attendance"].widget = forms.RadioSelect(choices=ATTENDANCE)
    most = max(event.largest_party, registration.seats if registration else 1)
    if most > 1:
        numbers = [(str(number), str(number)) for number in range(1, most + 1)]
        found["seats"] = One(
            numbers,
            label="Seats",
            required_words="Say how many seats you need.",
            initial="1",
            help_text="Yourself and those who come with you.",
        )
        found["companions"] = Paragraphs(
            most=10 * 202,
            label="Who comes with you",
            help_text="One name a line.",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    return found


def field_name(question: Question) -> str:
    return f"question-{question.pk}"


def field_of(question: Question) -> forms.Field:
    more = {"label": question.text, "help_text": question.hint}
    choices = [(option, option) for option in question.options]
    if question.kind == Question.Kind.CHOICE:
        more["required_words"] = "Choose one of these." if question.required else ""
        widget = forms.RadioSelect(choices=choices)
        return One(choices, widget=widget, **more)
    if question.kind == Question.Kind.CHOICES:
        more["required_words"] = "Choose at least one of these." if question.required else ""
        return Several(choices, widget=forms.CheckboxSelectMultiple(choices=choices), **more)
    if question.kind == Question.Kind.CONSENT:
        words = "Tick this box: without it you cannot register." if question.required else ""
        return Tick(required_words=words, **more)
    more["required_words"] = "Answer this question." if question.required else ""
    return OneLine(most=LONGEST_ANSWER, **more)


def _piece(field: forms.Field) -> str:
    if isinstance(field, Tick):
        return "tick"
    if isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(field.widget, forms.Select):
        return "select"
    return "area" if isinstance(field.widget, forms.Textarea) else "line"
