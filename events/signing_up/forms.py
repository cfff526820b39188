"""The form of a registration: its fields follow from the event and its questions."""

from django import forms

from competencyworks.core.person_names import PersonNameFormField

from ..models import Event, Question, Registration
from ..registration import Party
from .changed_since import ChangedSinceOpened
from .fields import Address, One, OneLine, Paragraphs, Tick
from .questions import AsksQuestions

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


class RegistrationForm(ChangedSinceOpened, AsksQuestions, forms.Form):
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
        self.event, self.registration = event, registration
        self.fields |= _about_the_person(with_address=registration is None)
        self.fields |= _about_the_event(event, registration)
        self.ask(questions, registration.answers if registration else {})
        if event.by_invitation and registration is None:
            self.fields["code"] = OneLine(
                most=40,
                label="Invitation code",
                required_words="Enter the code from your invitation.",
            )
        if registration:
            self.compare()

    def clean_companions(self) -> list[str]:
        """Names, of which there may be one fewer than seats."""
        names = [line for line in self.cleaned_data["companions"].split("\n") if line.strip()]
        names = [PersonNameFormField().clean(line) for line in names]
        seats = self.cleaned_data.get("seats")
        if seats and len(names) > int(seats) - 1:
            people = "1 person" if len(names) == 1 else f"{len(names)} people"
            raise forms.ValidationError(
                f"You requested {seats} seat{'s' if int(seats) > 1 else ''} but listed {people} "
                "coming with you. Request more seats or remove names."
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
            online=self._is_online(),
            answers=self.answers,
            asked=self.keys_asked,
            code=said.get("code", ""),
        )

    def _is_online(self) -> bool:
        if self.registration and "attendance" not in self.fields:
            return self.registration.online  # as chosen while there was a choice
        return is_online(self.event, self.cleaned_data.get("attendance", ""))

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
    return {
        "name": registration.name,
        "organization": registration.organization,
        "role": registration.role,
        "seats": str(registration.seats),
        "companions": "\n".join(registration.companions),
        "attendance": "online" if registration.online else "in_person",
    }


def name_field() -> PersonNameFormField:
    """The registrant's own name, the same in each form that asks for it."""
    return PersonNameFormField(label="Name", required_words="Enter your name.")


def _about_the_person(*, with_address: bool) -> dict[str, forms.Field]:
    found = {"name": name_field()}
    if with_address:
        found["email"] = Address()
        found["email"].label = "Email"
        found["email"].help_text = "We will send your confirmation and how to join to this address."
    found["organization"] = OneLine(label="Organization")
    found["role"] = OneLine(label="Role", help_text="For example, “Principal” or “Teacher”.")
    return found


def _about_the_event(event: Event, registration: Registration | None) -> dict[str, forms.Field]:
    found = {}
    if event.attendance == Event.Attendance.BOTH:
        words = "Choose whether you will attend online or in person."
        found["attendance"] = One(ATTENDANCE, label="How you will attend", required_words=words)
        found["attendance"].widget = forms.RadioSelect(choices=ATTENDANCE)
    most = max(event.largest_party, registration.seats if registration else 1)
    if most > 1:
        numbers = [(str(number), str(number)) for number in range(1, most + 1)]
        found["seats"] = One(
            numbers,
            label="Seats",
            required_words="Enter the number of seats you need.",
            initial="1",
            help_text="Include yourself and everyone coming with you.",
        )
        found["companions"] = Paragraphs(
            most=10 * 202,
            label="Who is coming with you",
            help_text="One name per line.",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    return found


def _piece(field: forms.Field) -> str:
    if isinstance(field, Tick):
        return "tick"
    if isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(field.widget, forms.Select):
        return "select"
    return "area" if isinstance(field.widget, forms.Textarea) else "line"
