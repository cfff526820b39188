"""When a working copy goes public, as staff set it beside the form of its item."""

from django import forms
from django.utils import timezone

from ..date_fields import MomentField, validate_year
from ..dates import moment_words


class ScheduleForm(forms.Form):
    """One moment, in the site's time zone. Empty: somebody puts the copy in public by hand."""

    goes_public_at = MomentField(
        label="Publish this version on",
        required=False,
        validators=[validate_year],
        # What the form showed, and not what is stored by now, says whether it was changed.
        show_hidden_initial=True,
        help_text="Used with “Save as working copy”: at this time the working copy replaces the "
        "published version. Leave empty to publish it yourself.",
    )

    def clean_goes_public_at(self):
        at = self.cleaned_data["goes_public_at"]
        if at and at <= timezone.now():
            raise forms.ValidationError(
                "This time has passed. Choose a time in the future, or leave the field empty."
            )
        return at


def said(at) -> str:
    """A moment in the words of messages: 'March 3, 2027, 9:00 a.m. EST'."""
    local = timezone.localtime(at)
    return f"{moment_words(local)} {local:%Z}"
