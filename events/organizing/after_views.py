"""Pages for what comes after an event: who was there by a report, and what the survey says."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header

from competencyworks.core.numbers import whole_number

from .. import attendance, survey
from ..models import Event
from . import reports
from .places import event_or_404, list_url


class ReportForm(forms.Form):
    file = forms.FileField(
        label="Report",
        help_text="A CSV file from the video service with a column of email addresses. Nothing "
        "is recorded until you have reviewed the matches.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    least = forms.IntegerField(
        label="Minimum minutes",
        min_value=0,
        initial=10,
        help_text="People who attended for less time count as not attending. Used only if the "
        "report includes minutes.",
    )


class AfterViews:
    """Views of the admin of registrations."""

    def after_urls(self) -> list:
        base, name = "of/<int:pk>/", "events_registration"
        return [
            self.page(f"{base}report/", self.report, act="change", name=f"{name}_report"),
            self.page(f"{base}survey/", self.survey, act="view", name=f"{name}_survey"),
            self.page(
                f"{base}survey.csv", self.survey_csv, act="export", name=f"{name}_survey_csv"
            ),
        ]

    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Takes a report, shows who matches, then notes who attended."""
        event = event_or_404(pk)
        if "_apply" in request.POST:
            return self._noted(request, event)
        form, found = ReportForm(request.POST or None, request.FILES or None), None
        if form.is_valid():
            try:
                seen = reports.read(form.cleaned_data["file"].read(reports.LARGEST + 1))
            except reports.BadReport as error:
                form.add_error("file", str(error))
            else:
                found = reports.match(event, seen, form.cleaned_data["least"])
        context = {"form": form, "found": found, "title": "Import attendance report"}
        context["is_early"] = not attendance.can_be_noted(event)
        if found:
            context |= {
                "there": ",".join(str(row.pk) for row, _ in found.there),
                "missing": ",".join(
                    str(row.pk) for row in (*found.absent, *(row for row, _ in found.too_short))
                ),
            }
        return self._after(request, event, "admin/registration_report.html", context)

    def _noted(self, request: HttpRequest, event: Event) -> HttpResponse:
        there, missing = (
            [key for text in request.POST.get(name, "").split(",") if (key := whole_number(text))]
            for name in ("there", "missing")
        )
        rows = event.registrations.all()
        with transaction.atomic():
            count = attendance.note(rows.filter(pk__in=there), True)
            others = 0
            if request.POST.get("note_missing"):
                others = attendance.note(rows.filter(pk__in=missing, attended=None), False)
        self.log_change(
            request, event, f"Imported attendance report: {count} attended, {others} did not."
        )
        messages.success(
            request, f"Recorded: {count} attended, {others} did not. Nothing else changed."
        )
        return HttpResponseRedirect(list_url(event))

    def survey(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was answered, with bars, and texts."""
        event = event_or_404(pk)
        people, results = survey.results(event)
        context = {
            "title": f"Survey after “{event}”",
            "people": people,
            "results": results,
            "may_export": self.may(request, "export"),
        }
        return self._after(request, event, "admin/registration_survey.html", context)

    def survey_csv(self, request: HttpRequest, pk: int) -> HttpResponse:
        event = event_or_404(pk)
        self.log_change(request, event, "Exported the survey as CSV.")
        response = StreamingHttpResponse(survey.as_csv(event), content_type="text/csv")
        name = f"survey-{event.slug}.csv"
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["Cache-Control"] = "no-store"
        return response

    def _after(self, request, event: Event, template: str, more: dict) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "event": event,
            "list_url": list_url(event),
            **more,
        }
        status = 422 if "form" in more and more["form"].errors else 200
        return TemplateResponse(request, template, context, status=status)
