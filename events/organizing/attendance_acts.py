"""How staff note who was there, and the question where nobody can have been there yet."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet

from competencyworks.core.policy_admin import action

from .. import attendance
from ..models import Event, Registration


class AttendanceForm(forms.ModelForm):
    """The box of one registration, in its form and in the list."""

    def clean_attended(self):
        attended = self.cleaned_data["attended"]
        is_early = not attendance.can_be_noted(self.instance.event)
        if attended is not None and "attended" in self.changed_data and is_early:
            raise forms.ValidationError(
                f"“{self.instance.event}” has not begun yet. To record attendance now, select the "
                "registrations in the list and choose the action “Mark as attended” or “Mark as "
                "absent”."
            )
        return attended


class AttendanceActs:
    """Part of the admin of registrations."""

    form = AttendanceForm

    def get_changelist_form(self, request, **kwargs):
        return super().get_changelist_form(request, form=AttendanceForm, **kwargs)

    def save_model(self, request, obj, form, change):
        """Only who was there can be written here; the row may have changed since it was read."""
        if "attended" not in form.changed_data:
            return
        noted = attendance.note(Registration.objects.filter(pk=obj.pk), obj.attended)
        if not noted and obj.attended is not None:
            messages.warning(request, f"{obj} has no seat, so attendance was not recorded.")

    @action("change", "Mark as attended")
    def note_attended(self, request, rows):
        return self._note(request, rows, True)

    @action("change", "Mark as absent")
    def note_absent(self, request, rows):
        return self._note(request, rows, False)

    def _note(self, request, rows: QuerySet[Registration], attended: bool):
        """Asks first where an event has not begun."""
        early = [event for event in _events_of(rows) if not attendance.can_be_noted(event)]
        if early and "_confirmed" not in request.POST:
            name, words = ("note_attended", "attended") if attended else ("note_absent", "absent")
            titles = ", ".join(f"“{event}”" for event in early[:3])
            has = "has" if len(early) == 1 else "have"
            titles = titles.replace("{", "{{").replace("}", "}}")
            question = f"{titles} {has} not begun yet. Mark {{}} as {words} anyway?"
            asks = (question, f"Mark as {words}")
            return self._ask(request, list(rows), name, "change", asks, None)
        count = attendance.note(rows, attended)
        words = "attended" if attended else "did not attend"
        messages.success(
            request, f"Recorded that {count} {words}. People without a seat are skipped."
        )
        return None


def _events_of(rows: QuerySet[Registration]) -> QuerySet[Event]:
    keys = rows.order_by().values("event")
    return Event.objects.filter(pk__in=keys).only("title", "starts_at", "join_opens_minutes")
