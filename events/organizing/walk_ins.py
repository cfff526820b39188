"""Staff enter somebody who stands at the door, or whom they register by hand."""

from django import forms
from django.db import transaction

from competencyworks.core.person_names import PersonNameFormField

from .. import attendance, registration
from ..models import Event, Registration
from ..registration import CannotRegister, Party
from ..signing_up.fields import Address, OneLine
from ..signing_up.forms import is_online


class WalkInForm(forms.Form):
    name = PersonNameFormField(label="Name")
    email = Address()
    organization = OneLine(label="Organization")
    role = OneLine(label="Role")
    seats = forms.IntegerField(min_value=1, max_value=10, initial=1)
    online = forms.BooleanField(label="Attends online", required=False)
    attended = forms.BooleanField(
        label="Attended", required=False, help_text="Check this if the person is here or was here."
    )

    def __init__(self, event: Event, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.fields["email"].required = False
        self.fields["email"].label = "Email"
        self.fields["email"].help_text = (
            "Optional. If you enter one, the person is emailed a confirmation of their seat, "
            "unless the event is over."
        )
        if event.attendance != Event.Attendance.BOTH:
            del self.fields["online"]

    def clean_attended(self) -> bool:
        attended = self.cleaned_data["attended"]
        if attended and not attendance.can_be_noted(self.event):
            raise forms.ValidationError(
                "This event has not begun yet. Clear this box, and mark the person as attended "
                "when they are there."
            )
        return attended

    def save(self) -> Registration:
        """Register them. Raises CannotRegister."""
        said = self.cleaned_data
        chosen = "online" if said.get("online") else "in_person"
        party = Party(
            name=said["name"],
            email=said["email"],
            organization=said["organization"],
            role=said["role"],
            seats=said["seats"],
            online=is_online(self.event, chosen),
        )
        with transaction.atomic():
            made = registration.register(self.event.pk, party, walk_in=True)
            if made.status != Registration.Status.CONFIRMED:
                raise CannotRegister(
                    f"{made} is on the waiting list with this email address. Give them a seat "
                    "from the list of registrations.",
                    "email",
                )
            if said["attended"]:
                attendance.note(Registration.objects.filter(pk=made.pk), True)
        return made
