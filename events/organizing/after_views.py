"""Pages for what comes after an event: who was there by a report, and what the survey says."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.http import content_disposition_header

from .. import attendance, survey
from ..models import Event
from . import reports
from .places import event_or_404, list_url


class ReportForm(forms.Form):
    file = forms.FileField(
        label="Report",
        help_text="CSV from the video service, with a column of e-mail addresses. Nothing is "
        "noted yet: you see first who matches.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    least = forms.IntegerField(
        label="Minutes at least",
        min_value=0,
        initial=10,
        help_text="Who was there for less did not attend. Counts where the report has minutes.",
    )


class AfterViews:
    """Views of the admin of registrations."""

    def after_urls(self) -> list:
        view, base = self.admin_site.admin_view, "of/<int:pk>/"
        return [
            path(f"{base}report/", view(self.report), name="events_registration_report"),
            path(f"{base}survey/", view(self.survey), name="events_registration_survey"),
            path(f"{base}survey.csv", view(self.survey_csv), name="events_registration_survey_csv"),
        ]

    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Takes a report, shows who matches, then notes who attended."""
        if not self.has_change_permission(request):
            raise PermissionDenied
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
        context = {"form": form, "found": found, "title": "Attendance from a report"}
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
            [int(key) for key in request.POST.get(name, "").split(",") if key.isdecimal()]
            for name in ("there", "missing")
        )
        rows = event.registrations.all()
        with transaction.atomic():
            count = attendance.note(rows.filter(pk__in=there), True)
            others = 0
            if request.POST.get("note_missing"):
                others = attendance.note(rows.filter(pk__in=missing, attended=None), False)
        self.log_change(request, event, f"Attendance from a report: {count}, absent {others}.")
        messages.success(
            request, f"Newly noted: {count} attended, {others} did not. The rest stays as it was."
        )
        return HttpResponseRedirect(list_url(event))

    def survey(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was answered, with bars, and texts."""
        event = self._seen(request, pk)
        people, results = survey.results(event)
        context = {
            "title": f"Survey after “{event}”",
            "people": people,
            "results": results,
            "may_export": request.user.has_perm("events.export_registration"),
        }
        return self._after(request, event, "admin/registration_survey.html", context)

    def survey_csv(self, request: HttpRequest, pk: int) -> HttpResponse:
        event = self._seen(request, pk)
        if not request.user.has_perm("events.export_registration"):
            raise PermissionDenied
        response = StreamingHttpResponse(survey.as_csv(event), content_type="text/csv")
        name = f"survey-{event.slug}.csv"
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["Cache-Control"] = "no-store"
        return response

    def _seen(self, request: HttpRequest, pk: int) -> Event:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return event_or_404(pk)

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
