from datetime import datetime, time

from django import forms
from django.utils import timezone

from competencyworks.core.date_fields import DayField

from ..models import Resource

# In force comes first: it is what is shown where nothing was chosen.
STAGES = sorted(Resource.PolicyStage.choices, key=lambda each: each[0] != "in_force")
COLORS = [("number", "Number of policies"), ("form", "Form of policy")]
ANY_STAGE = "any"


class MapForm(forms.Form):
    """What the map shall show; each choice stands in the address."""

    as_of = DayField(
        label="As of",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Shows what this wiki said on that date. Leave empty for today.",
    )
    stage = forms.ChoiceField(required=False, choices=[*STAGES, (ANY_STAGE, "Any stage")])
    color = forms.ChoiceField(label="Color by", required=False, choices=COLORS)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_of"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("That date is in the future. Choose an earlier one.")
        return day

    @property
    def moment(self) -> datetime:
        """The end of the day that was asked for; now, if none was."""
        day = self.cleaned_data.get("as_of")
        if not day or day == timezone.localdate():
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, time.max))

    @property
    def stage_shown(self) -> str:
        """The stage that is counted; '' for any."""
        stage = self.cleaned_data.get("stage") or Resource.PolicyStage.IN_FORCE
        return "" if stage == ANY_STAGE else stage
