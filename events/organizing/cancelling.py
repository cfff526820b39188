"""The page on which staff call an event off: who is told, and what they will read."""

from copy import copy

from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from competencyworks.core.mail.outbox import Mail

from .. import changes, letters
from ..models import Event
from ..moments import moment
from ..signing_up.fields import Paragraphs
from ..stored_answers import people
from .mailing_views import STYLES, somebody
from .places import event_or_404

LONGEST = 500


class CancelForm(forms.Form):
    reason = Paragraphs(
        label="Reason",
        most=LONGEST,
        help_text="Optional. Registrants see it in the email and on their registration page, and "
        "everyone sees it on the event page.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


class CancelView:
    """Part of the admin of events."""

    def cancel_urls(self) -> list:
        view = csp_update(STYLES)(self.cancel_view)
        return [self.page("<int:pk>/cancel/", view, act="cancel", name="events_event_cancel")]

    def may_cancel(self, request: HttpRequest, event: Event | None = None) -> bool:
        return self.may(request, "cancel", event)

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows the mail that will go out, then calls the event off."""
        event = event_or_404(pk)
        change_url = reverse("admin:events_event_change", args=[event.pk])
        if reason := changes.why_not_cancel(event):
            messages.warning(request, str(reason))
            return HttpResponseRedirect(change_url)
        form = CancelForm(request.POST or None)
        said = form.cleaned_data["reason"] if form.is_valid() else ""
        if form.is_valid() and "_cancel" in request.POST:
            self._cancel(request, event, said)
            return HttpResponseRedirect(change_url)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Cancel “{event}”?",
            "opts": self.opts,
            "event": event,
            "form": form,
            "count": letters.registered(event).count(),
            "mail": letter_about(event, said),
            "change_url": change_url,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/event_cancel.html", context, status=status)

    def _cancel(self, request: HttpRequest, event: Event, reason: str) -> None:
        try:
            count = changes.cancel_event(event, request.user, reason)
        except changes.CannotCancel as error:  # since the page was asked for
            messages.warning(request, str(error))
            return
        self.log_change(request, event, f"Canceled. {count} emails queued.")
        mails = "1 email will go" if count == 1 else f"{count or 'no'} emails will go"
        messages.success(request, f"“{event}” is canceled. {mails} out shortly.")


def said_of_cancelled(event: Event) -> str:
    """Since when `event` is canceled, why, and who was told, for the head of its form."""
    said = [f"It was canceled on {moment(event, event.cancelled_at)}."]
    if event.cancel_reason:
        said.append(f"Reason: {event.cancel_reason}")
    if count := letters.told_of_cancellation(event):
        was = "was" if count == 1 else "were"
        said.append(f"{people(count)} with a seat or on the waiting list {was} emailed.")
    else:
        said.append("Nobody was registered, so nobody was emailed.")
    said.append("It takes no registrations, and no further changes to it are emailed.")
    return " ".join(said)


def letter_about(event: Event, reason: str) -> Mail:
    """The mail that somebody with a seat gets if `event` is cancelled now."""
    cancelled = copy(event)
    cancelled.cancelled_at, cancelled.cancel_reason = timezone.now(), reason
    return letters.about_cancelled(cancelled, somebody(cancelled))
