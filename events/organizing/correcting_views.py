"""The list says whom our email did not reach, and a page corrects their address."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from competencyworks.core.email_addresses import readable

from .. import correcting
from ..models import Registration
from ..registration import CannotRegister
from ..signing_up.fields import Address
from ..undelivered import with_answers
from .places import list_url

CORRECT = "admin:events_registration_correct"
NOT_DELIVERED = "Email not delivered"


class CorrectForm(forms.Form):
    email = Address()
    # The address that the page showed.
    seen = forms.CharField(max_length=254, required=False, widget=forms.HiddenInput)

    def __init__(self, row: Registration, data=None) -> None:
        initial = {"email": readable(row.email), "seen": row.email}
        super().__init__(data, initial=initial)
        self.fields["email"].label = "Email"
        if is_missed(row):
            again = "If you leave it as it is, the email is tried again."
            self.fields["email"].help_text = again
        self.fields["email"].widget.attrs |= {"class": "vTextField", "autocomplete": "off"}


class CorrectingViews:
    """Part of the admin of registrations."""

    def correcting_urls(self) -> list:
        name = CORRECT.removeprefix("admin:")
        return [self.page("<int:pk>/correct/", self.correct, act="change", name=name)]

    def get_queryset(self, request):
        return with_answers(super().get_queryset(request))

    @admin.display(description="email, organization", ordering="email")
    def contact(self, row):
        parts = [format_html("{}", readable(row.email))] if row.email else []
        if row.organization:
            parts.append(format_html('<span class="cw-quiet">{}</span>', row.organization))
        if is_missed(row):
            parts.append(format_html('<span class="cw-missing">{}</span>', NOT_DELIVERED))
            url = reverse(CORRECT, args=[row.pk])
            parts.append(format_html('<a href="{}">Correct the address</a>', url))
        return format_html("<br>".join(["{}"] * len(parts)), *parts) if parts else ""

    @admin.display(description="email")
    def address(self, row):
        return readable(row.email)

    @admin.display(description="delivery")
    def delivery(self, row):
        if not is_missed(row):
            return "–"
        return format_html(
            '<span class="cw-missing">The last email was not delivered.</span> {}', row.undelivered
        )

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new address; the confirmation goes to it."""
        row = self.get_queryset(request).select_related("event").get(pk=pk)
        change_url = reverse("admin:events_registration_change", args=[row.pk])
        if row.anonymous_at or row.status == Registration.Status.CANCELLED:
            messages.warning(
                request, "This registration is canceled, so its address cannot be corrected."
            )
            return HttpResponseRedirect(change_url)
        form = CorrectForm(row, request.POST or None)
        if form.is_valid() and self._correct(request, row, form):
            return HttpResponseRedirect(list_url(row.event))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Correct the email address of {row}",
            "opts": self.opts,
            "event": row.event,
            "row": row,
            "form": form,
            "list_url": list_url(row.event),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/registration_correct.html", context, status=status)

    def _correct(self, request: HttpRequest, row: Registration, form: CorrectForm) -> bool:
        new, old = form.cleaned_data["email"], form.cleaned_data["seen"]
        try:
            outcome = correcting.correct(row, new, seen=old)
        except CannotRegister as error:
            form.add_error(error.field, str(error))
            return False
        if outcome is correcting.Outcome.AGAIN:
            said = f"Had the email to {readable(new)} tried again."
        else:
            said = f"Corrected the email address from {readable(old)} to {readable(new)}."
        self.log_change(request, row, said)
        messages.success(request, f"{row}: {outcome.value.format(readable(new))}")
        return True


def is_missed(row: Registration) -> bool:
    """Whether staff should correct the address of `row`, a row of with_answers()."""
    is_open = row.status != Registration.Status.CANCELLED and row.anonymous_at is None
    return is_open and row.undelivered is not None
