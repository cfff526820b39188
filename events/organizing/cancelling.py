"""Calling an event off in the admin: whom it reaches, what they read, one button."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from competencyworks.core.mail.outbox import Mail

from .. import changes
from ..models import Event, Registration
from ..patterns import Pattern
from .mailing_views import somebody


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Readers see it on the event’s page, and registrants in their mail. May stay "
        "empty.",
    )


def cancel_view(admin, request: HttpRequest, event: Event) -> HttpResponse:
    """Asks for the reason, shows the mail, and cancels; `admin` is the ModelAdmin of events."""
    form = CancelForm(request.POST or None)
    try:
        changes.check_may_cancel(event)
    except changes.CannotCancel as error:
        messages.warning(request, str(error))
        return HttpResponseRedirect(admin.change_url(event))
    mail = None
    if form.is_valid():
        if "_cancel" in request.POST:
            return _cancel(admin, request, event, form.cleaned_data["reason"])
        mail = _mail(event, form.cleaned_data["reason"])
    reached = event.registrations.exclude(status=Registration.Status.CANCELLED)
    return admin.page(
        request, "admin/event_cancel.html", event, f"Cancel “{event}”",
        form=form, mail=mail, count=reached.exclude(email="").count(),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _cancel(admin, request: HttpRequest, event: Event, reason: str) -> HttpResponse:
    try:
        count = changes.cancel_event(event, request.user, reason)
    except changes.CannotCancel as error:
        messages.warning(request, str(error))
    else:
        admin.log_change(request, event, f"Cancelled. {reason}".strip())
        told = "Nobody was registered."
        if count:
            told = f"{count} {'mail goes' if count == 1 else 'mails go'} out in a moment."
        messages.success(request, f"“{event}” is cancelled. {told}")
    return HttpResponseRedirect(admin.change_url(event))


def _mail(event: Event, reason: str) -> Mail:
    event.cancel_reason = reason.strip()
    pattern = Pattern(event, "event-cancelled", "event_cancelled", method="CANCEL")
    return pattern.to(somebody(event), "event-cancelled")
