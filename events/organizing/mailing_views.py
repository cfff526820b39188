"""Pages on which an organizer writes to registrants: look at the mail first, then send it."""

import secrets

from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path

from competencyworks.core.mail.outbox import Mail

from .. import mailings, wording
from ..models import Event, Mailing, Registration
from ..signing_up.fields import OneLine, Paragraphs
from .places import event_or_404, list_url

Audience = Mailing.Audience
# The mail stands in a frame without scripts, and mails have their styles inline.
STYLES = {"style-src": ["'unsafe-inline'"]}
HINT = "You may write {name}, {title} and {when}."


def _nonce() -> str:
    return secrets.token_urlsafe(16)


class MessageForm(forms.Form):
    audience = forms.ChoiceField(label="To", choices=Audience.choices, initial=Audience.SEATED)
    subject = OneLine(
        label="Subject",
        required_words="Give a subject.",
        help_text=HINT,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    text = Paragraphs(
        label="Text",
        most=10_000,
        required_words="Write something.",
        help_text=f"Follows “Dear …,”. An empty line makes a paragraph. {HINT}",
        widget=forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField"}),
    )
    nonce = forms.CharField(max_length=40, initial=_nonce, widget=forms.HiddenInput)

    def _checked(self, name: str) -> str:
        try:
            wording.check(self.cleaned_data[name])
        except wording.BadPlaceholder as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data[name]

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_text(self) -> str:
        return self._checked("text")

    def mailing(self, event: Event, user=None) -> Mailing:
        return Mailing(event=event, written_by=user, **self.cleaned_data)


class FollowUpForm(forms.Form):
    audience = forms.ChoiceField(
        label="To",
        choices=[(each.value, each.label) for each in (Audience.SEATED, Audience.ATTENDED)],
        initial=Audience.SEATED,
    )


class MailingViews:
    """Views of the admin of registrations."""

    def mailing_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path(
                "of/<int:pk>/mail/",
                view(csp_update(STYLES)(self.write_message)),
                name="events_registration_mail",
            ),
            path(
                "of/<int:pk>/follow-up/",
                view(csp_update(STYLES)(self.write_follow_up)),
                name="events_registration_follow_up",
            ),
        ]

    def write_message(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A message to those whom it concerns."""
        event = self._may_write(request, pk)
        form = MessageForm(request.POST or None)
        if not form.is_valid():
            return self._page(request, event, form, f"Write to registrants of “{event}”")
        mailing = form.mailing(event, request.user)
        if "_send" in request.POST:
            count = mailings.send(mailing)
            if count:
                self._tell(request, event, f"“{mailing}”", count)
            else:
                messages.info(request, "This message was sent before, or reaches nobody.")
            return HttpResponseRedirect(list_url(event))
        mail = mailings.message_to(_somebody(event), mailing)
        return self._page(
            request, event, form, f"Write to registrants of “{event}”", mail,
            mailings.audience(event, mailing.audience).count(),
        )  # fmt: skip

    def write_follow_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Recording, slides and survey, to those who were there or had a seat."""
        event, title = self._may_write(request, pk), "The mail after the event"
        form = FollowUpForm(request.POST or None)
        if reason := mailings.why_no_follow_up(event):
            messages.warning(request, reason)
            return HttpResponseRedirect(list_url(event))
        whom = form.cleaned_data["audience"] if form.is_valid() else Audience.SEATED
        if form.is_valid() and "_send" in request.POST:
            count = mailings.follow_up(event, whom)
            self._tell(request, event, "The mail after the event", count)
            return HttpResponseRedirect(list_url(event))
        mail = mailings.follow_up_to(_somebody(event))
        count = mailings.audience(event, whom).count()
        return self._page(request, event, form, title, mail, count, note=True)

    def _tell(self, request, event: Event, what: str, count: int) -> None:
        self.log_change(request, event, f"{what} queued for {count}.")
        words = "1 mail goes out" if count == 1 else f"{count} mails go out"
        messages.success(request, f"{words} in a moment. Nobody gets it twice.")

    def _may_write(self, request: HttpRequest, pk: int) -> Event:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return event_or_404(pk)

    def _page(
        self, request, event, form, title, mail: Mail | None = None, count: int = 0, **more
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "event": event,
            "form": form,
            "mail": mail,
            "count": count,
            "list_url": list_url(event),
            "earlier": event.mailings.select_related("written_by")[:10],
            **more,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/registration_mail.html", context, status=status)


def _somebody(event: Event) -> Registration:
    """A registrant made up for the preview; their page opens nothing."""
    return Registration(
        pk=0,
        event=event,
        name="Ann Lee",
        email="ann@example.org",
        online=event.attendance != Event.Attendance.IN_PERSON,
        status=Registration.Status.CONFIRMED,
    )
