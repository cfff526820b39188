"""Pages on which an organizer writes to registrants: look at the mail first, then send it."""

import secrets
from typing import Any

from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from competencyworks.core.mail.outbox import Mail
from competencyworks.core.stale_forms import fingerprint

from .. import mailings, wording
from ..models import Event, Mailing, Registration
from ..signing_up.fields import OneLine, Paragraphs
from .places import event_or_404, list_url

Audience = Mailing.Audience
# The mail stands in a frame without scripts, and mails have their styles inline.
STYLES = {"style-src": ["'unsafe-inline'"]}
SHOWN = 50  # recipients named in the preview
HINT = "You can use the placeholders {name}, {title}, and {when}."


def _nonce() -> str:
    return secrets.token_urlsafe(16)


class MessageForm(forms.Form):
    audience = forms.ChoiceField(label="To", choices=Audience.choices, initial=Audience.SEATED)
    subject = OneLine(
        label="Subject",
        required_words="Enter a subject.",
        help_text=HINT,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    text = Paragraphs(
        label="Text",
        most=10_000,
        required_words="Enter a message.",
        help_text="Comes after the greeting “Dear …,”. A blank line starts a new paragraph. "
        f"{HINT}",
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
        pages = [
            ("mail/", self.write_message, "events_registration_mail"),
            ("follow-up/", self.write_follow_up, "events_registration_follow_up"),
        ]
        return [
            self.page(f"of/<int:pk>/{route}", csp_update(STYLES)(view), act="mail", name=name)
            for route, view, name in pages
        ]

    def write_message(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A message to those whom it concerns."""
        event = event_or_404(pk)
        form = MessageForm(request.POST or None)
        if not form.is_valid():
            return self._page(request, event, form, f"Email registrants of “{event}”")
        mailing = form.mailing(event, request.user)
        if _sends(request, form):
            count = mailings.send(mailing)
            if count:
                self._tell(request, event, f"“{mailing}”", count)
            else:
                messages.info(
                    request,
                    "Nothing was sent: this message was already sent, or nobody would receive it.",
                )
            return HttpResponseRedirect(list_url(event))
        mail = mailings.message_to(somebody(event), mailing, is_named=True)
        return self._page(
            request, event, form, f"Email registrants of “{event}”", mail,
            mailings.recipients(mailing), mailing.audience,
        )  # fmt: skip

    def write_follow_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Recording, slides and survey, to those who were there or had a seat."""
        event, title = event_or_404(pk), "Follow-up email"
        form = FollowUpForm(request.POST or None)
        if reason := mailings.why_no_follow_up(event):
            messages.warning(request, reason)
            return HttpResponseRedirect(list_url(event))
        whom = form.cleaned_data["audience"] if form.is_valid() else Audience.SEATED
        if form.is_valid() and _sends(request, form):
            count = mailings.follow_up(event, whom)
            self._tell(request, event, "Follow-up email", count)
            return HttpResponseRedirect(list_url(event))
        mail = mailings.follow_up_to(somebody(event), is_named=True)
        rows = mailings.without(mailings.audience(event, whom), "follow-up")
        return self._page(request, event, form, title, mail, rows, whom, note=True)

    def _tell(self, request, event: Event, what: str, count: int) -> None:
        self.log_change(request, event, f"{what} queued for {count}.")
        words = "1 email will be sent" if count == 1 else f"{count} emails will be sent"
        messages.success(request, f"{words} shortly. Nobody receives it twice.")

    def _page(
        self,
        request: HttpRequest,
        event: Event,
        form: forms.Form,
        title: str,
        mail: Mail | None = None,
        rows: QuerySet[Registration] | None = None,
        whom: str = "",
        **more: Any,
    ) -> HttpResponse:
        """The form, and with `mail` its preview: `rows` get it, of the audience `whom`."""
        if rows is not None:
            count = rows.count()
            more |= {
                "count": count,
                "whom": Audience(whom).label,
                "names": rows.order_by("pk").values_list("name", "email")[:SHOWN],
                "unnamed": max(count - SHOWN, 0),
                "had_it": mailings.audience(event, whom).count() - count,
            }
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "event": event,
            "form": form,
            "mail": mail,
            "previewed": _key(form) if mail else "",
            "list_url": list_url(event),
            "earlier": event.mailings.select_related("written_by")[:10],
            **more,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/registration_mail.html", context, status=status)


def _key(form: forms.Form) -> str:
    """What the preview of `form` sends back, to tell whether the form has changed since."""
    if not form.is_bound or not form.is_valid():
        return ""
    values = [
        form.cleaned_data[name] for name in ("audience", "subject", "text") if name in form.fields
    ]
    return fingerprint("\0".join(values))


def _sends(request: HttpRequest, form: forms.Form) -> bool:
    """Whether the valid `form` is to be sent: as it was previewed. If not, says so."""
    if "_send" not in request.POST:
        return False
    if request.POST.get("previewed") in (None, "", _key(form)):
        return True
    messages.warning(
        request,
        "You changed the form after the preview, so nothing was sent. Check the new preview, then "
        "send it.",
    )
    return False


def somebody(event: Event) -> Registration:
    """A registrant made up for the preview; their page opens nothing."""
    return Registration(
        pk=0,
        event=event,
        name="Ann Lee",
        email="ann@example.org",
        online=event.attendance != Event.Attendance.IN_PERSON,
        status=Registration.Status.CONFIRMED,
    )
