"""Staff enter somebody who stands at the door, or whom they register by hand."""

from django import forms
from django.db import transaction

from .. import attendance, registration
from ..models import Event, Registration
from ..registration import CannotRegister, Party
from ..signing_up.fields import Address, Name, OneLine
from ..signing_up.forms import is_online


class WalkInForm(forms.Form):
    name = Name(label="Name", required_words="Give a name.")
    email = Address()
    organization = OneLine(label="Organization")
    role = OneLine(label="Role")
    seats = forms.IntegerField(min_value=1, max_value=10, initial=1)
    online = forms.BooleanField(label="Takes part online", required=False)
    attended = forms.BooleanField(
        label="Attended", required=False, help_text="They are here, or were."
    )

    def __init__(self, event: Event, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.fields["email"].required = False
        self.fields["email"].label = "E-mail"
        self.fields[
            "email"
        ].help_text = (
            "May stay empty. With one they get the mail with their seat, unless the event is over."
        )
        if event.attendance != Event.Attendance.BOTH:
            del self.fields["online"]

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
                    f"{made} waits for a seat under this address. Give the seat in the list.",
                    "email",
                )
            if said["attended"]:
                attendance.note(Registration.objects.filter(pk=made.pk), True)
        return made
