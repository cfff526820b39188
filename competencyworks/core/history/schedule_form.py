"""When a working copy goes public, as staff set it beside the form of its item."""

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone


class ScheduleForm(forms.Form):
    """One moment, in the site's time zone. Empty: somebody puts the copy in public by hand."""

    goes_public_at = forms.SplitDateTimeField(
        label="Put it in public on",
        required=False,
        widget=AdminSplitDateTime,
        # What the form showed, and not what is stored by now, says whether it was changed.
        show_hidden_initial=True,
        help_text="For “Keep as working copy”: on this day and hour it takes the place of the "
        "public text by itself. Empty: you put it in public by hand.",
    )

    def clean_goes_public_at(self):
        at = self.cleaned_data["goes_public_at"]
        if at and at <= timezone.now():
            raise forms.ValidationError(
                "This moment has passed. Choose one to come, or leave it empty."
            )
        return at


def said(at) -> str:
    """A moment in the words of messages: 'March 3, 2027, 09:00 EST'."""
    local = timezone.localtime(at)
    return f"{local:%B} {local.day}, {local:%Y, %H:%M %Z}"
