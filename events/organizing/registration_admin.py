"""Registrations in the admin: who comes, who waits, who was there."""

from datetime import datetime

from django.contrib import admin, messages
from django.db.models import Count, Q, Sum
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header

from competencyworks.core.background.bulk_acts import AT_ONCE
from competencyworks.core.bulk_actions import leave_to_worker
from competencyworks.core.numbers import whole_number
from competencyworks.core.policy_admin import PolicyAdmin, action

from .. import registration
from ..models import Event, Registration
from ..moments import moment, stamp
from ..patterns import own_page
from ..signing_up.own_page import answers_of
from ..stored_answers import words
from . import bulk_acts, exports
from .after_views import AfterViews
from .attendance_acts import AttendanceActs
from .correcting_views import CORRECT, CorrectingViews
from .mailing_views import MailingViews
from .places import event_or_404, list_url
from .plots import growth
from .registration_filters import EventFilter, UndeliveredFilter
from .walk_ins import WalkInForm

Status = Registration.Status
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.register(Registration)
class RegistrationAdmin(AttendanceActs, CorrectingViews, MailingViews, AfterViews, PolicyAdmin):
    list_display = ["name", "contact", "state", "party", "registered", "attended"]
    list_editable = ["attended"]
    list_filter = [EventFilter, "status", UndeliveredFilter, "attended", "is_walk_in"]
    search_fields = ["name", "email", "organization"]
    search_help_text = "Name, email address, or organization"
    ordering = ["-pk"]
    list_per_page = 100
    list_select_related = ["event"]
    show_full_result_count = False
    actions = ["note_attended", "note_absent", "promote_selected", "cancel_selected"]
    change_list_template = "admin/registration_list.html"
    change_form_template = "admin/registration_form.html"
    fields = [
        "event_link", "name", "address", "delivery", "organization", "role", "state", "party",
        "takes_part", "said", "said_before", "invitation", "registered", "confirmed",
        "cancelled", "is_walk_in", "attended",
    ]  # fmt: skip

    # --- who may ------------------------------------------------------------------------------

    def get_readonly_fields(self, request, obj=None):
        return [name for name in self.fields if name != "attended"]

    # --- the list -----------------------------------------------------------------------------

    def chosen_event(self, request: HttpRequest) -> Event | None:
        """The event whose registrations are listed; asked once a request."""
        if not hasattr(request, "_event_of_list"):
            key = whole_number(request.GET.get("event", ""))
            rows = Event.objects.kept().defer("attached_text", "vector", "html", "body")
            request._event_of_list = rows.filter(pk=key).first() if key else None
        return request._event_of_list

    def get_list_display(self, request):
        names = list(self.list_display)
        return names if self.chosen_event(request) else [names[0], "event_link", *names[1:]]

    def get_list_filter(self, request):
        event, filters = self.chosen_event(request), list(self.list_filter)
        if event and event.attendance == Event.Attendance.BOTH:
            filters.append("online")
        return filters

    def get_queryset(self, request):
        return super().get_queryset(request).defer(
            "event__attached_text", "event__vector", "event__html", "event__body",
            "event__contents",
        )  # fmt: skip

    def changelist_view(self, request, extra_context=None):
        extra = {"title": "Registrations"}
        if event := self.chosen_event(request):
            extra |= {
                "title": f"Registrations for “{event}”",
                "event": event,
                "now": timezone.now(),
                "until": moment(event, event.seats_pass_until),
                "numbers": numbers(event),
                "growth": growth(event),
                "may_add": self.may(request, "register") and not event.is_cancelled,
                "may_change": self.has_change_permission(request),
                "may_export": self.may(request, "export"),
            }
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    @admin.display(description="status", ordering="status")
    def state(self, row):
        said = format_html(
            '<span class="cw-stage cw-seat-{}">{}</span>', row.status, row.get_status_display()
        )
        return format_html("{} walk-in", said) if row.is_walk_in else said

    @admin.display(description="seats", ordering="seats")
    def party(self, row):
        if not row.companions:
            return str(row.seats)
        return format_html("{}, with {}", row.seats, ", ".join(row.companions))

    @admin.display(description="registered", ordering="pk")
    def registered(self, row):
        return _time(row, row.created_at)

    @admin.display(description="confirmed", empty_value="–")
    def confirmed(self, row):
        return _time(row, row.confirmed_at)

    @admin.display(description="canceled", empty_value="–")
    def cancelled(self, row):
        return _time(row, row.cancelled_at)

    @admin.display(description="event", ordering="event__starts_at")
    def event_link(self, row):
        return format_html('<a href="{}">{}</a>', list_url(row.event), row.event)

    @admin.display(description="attends")
    def takes_part(self, row):
        return "online" if row.is_online else "in person"

    @admin.display(description="answers")
    def said(self, row):
        rows = answers_of(row)
        if not rows:
            return "–"
        parts = format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
        return format_html('<dl class="cw-said">{}</dl>', parts)

    @admin.display(description="answers changed by staff")
    def said_before(self, row):
        if not row.former_answers:
            return "–"
        asked = {str(each.pk): each.heading for each in row.event.questions.all()}
        rows = [
            (
                asked.get(each["question"], ""),
                ", ".join(words(each["answer"])),
                moment(row.event, datetime.fromisoformat(each["changed_at"])),
            )
            for each in row.former_answers
        ]
        parts = format_html_join("", "<dt>{}</dt><dd>{} (until {})</dd>", rows)
        return format_html('<dl class="cw-said">{}</dl>', parts)

    # --- acts ---------------------------------------------------------------------------------

    @action(
        "change",
        "Give a seat ahead of the waiting list",
        asks=("Give a seat to {}? Each person will be emailed.", "Give a seat"),
        at_once=AT_ONCE,
    )
    def promote_selected(self, request, rows):
        if rows.count() > AT_ONCE:
            return self._leave_to_worker(request, bulk_acts.PROMOTE, rows)
        done = 0
        for row in rows.order_by("pk"):
            try:
                registration.promote(row)
            except registration.CannotRegister as error:
                messages.warning(request, str(error))
            else:
                done += 1
        if done:
            messages.success(request, f"{done} got a seat and will be emailed.")
        return None

    def _leave_to_worker(self, request, act, rows):
        seen = dict.fromkeys(rows.values_list("pk", flat=True), "")
        return leave_to_worker(request, act, Registration, seen)

    @action("change", "Cancel registrations…")
    def cancel_selected(self, request, rows):
        """Asks first: each cancelled one gets a mail, and the seat goes to the next."""
        if "_confirmed" not in request.POST:
            held = rows.exclude(status=Status.CANCELLED)
            context = {
                **self.admin_site.each_context(request),
                "title": "Cancel registrations?",
                "opts": self.opts,
                "count": held.count(),
                "in_background": held.count() > AT_ONCE,
                "rows": held[:50],
                "selected": request.POST.getlist("_selected_action"),
                "across": request.POST.get("select_across", "0"),
            }
            return TemplateResponse(request, "admin/registration_cancel.html", context)
        held = rows.exclude(status=Status.CANCELLED).order_by("pk")
        if held.count() > AT_ONCE:
            return self._leave_to_worker(request, bulk_acts.CANCEL, held)
        done = 0
        for row in held:
            try:
                registration.cancel(row, by_staff=True)
            except registration.NoSuchPlace as error:
                messages.warning(request, f"{row}: {error}")
            else:
                self.log_change(request, row, "Canceled.")
                done += 1
        messages.success(request, f"{done} canceled. Free seats went to the waiting list.")
        return None

    # --- pages of our own ---------------------------------------------------------------------

    def get_urls(self):
        base, name = "of/<int:pk>/", "events_registration"
        return [
            self.page(f"{base}walk-in/", self.walk_in, act="register", name=f"{name}_walk_in"),
            self.page(f"{base}csv/", self.export_csv, act="export", name=f"{name}_csv"),
            self.page(f"{base}xlsx/", self.export_xlsx, act="export", name=f"{name}_xlsx"),
            *self.mailing_urls(),
            *self.after_urls(),
            *self.correcting_urls(),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        extra = {}
        if row and row.anonymous_at is None and self.has_change_permission(request, row):
            extra["own_page"] = own_page(row)
            if row.status != Status.CANCELLED:
                extra["correct"] = reverse(CORRECT, args=[row.pk])
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def walk_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A short form by which staff register somebody past dates, codes and seats."""
        event = event_or_404(pk)
        now = timezone.now() >= event.join_opens_at
        form = WalkInForm(event, request.POST or None, initial={"attended": now})
        if form.is_valid():
            try:
                made = form.save()
            except registration.CannotRegister as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                self.log_addition(request, made, "Walk-in.")
                messages.success(request, f"{made} is registered.")
                again = "_addanother" in request.POST
                return HttpResponseRedirect(request.path if again else list_url(event))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Walk-in for “{event}”",
            "opts": self.opts,
            "event": event,
            "form": form,
            "list_url": list_url(event),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/registration_walk_in.html", context, status=status)

    def export_csv(self, request: HttpRequest, pk: int) -> HttpResponse:
        event = event_or_404(pk)
        self.log_change(request, event, "Exported the registrations as CSV.")
        response = StreamingHttpResponse(exports.as_csv(event), content_type="text/csv")
        return _to_keep(response, f"registrations-{event.slug}.csv")

    def export_xlsx(self, request: HttpRequest, pk: int) -> HttpResponse:
        event = event_or_404(pk)
        self.log_change(request, event, "Exported the registrations as XLSX.")
        response = FileResponse(exports.as_xlsx(event), content_type=XLSX)
        return _to_keep(response, f"registrations-{event.slug}.xlsx")


def numbers(event: Event) -> dict[str, int]:
    """How many there are of each sort; one query."""
    confirmed, waiting = Q(status=Status.CONFIRMED), Q(status=Status.WAITING)
    return event.registrations.order_by().aggregate(
        confirmed=Count("pk", filter=confirmed),
        seats_taken=Sum("seats", filter=confirmed, default=0),
        waiting=Count("pk", filter=waiting),
        waiting_seats=Sum("seats", filter=waiting, default=0),
        cancelled=Count("pk", filter=Q(status=Status.CANCELLED)),
        attended=Count("pk", filter=Q(attended=True)),
        walk_ins=Count("pk", filter=Q(is_walk_in=True)),
    )


def _time(row: Registration, at: datetime | None) -> str | None:
    """A moment of the registration, in the time zone of its event."""
    if at is None:
        return None
    local = at.astimezone(row.event.tz)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), stamp(row.event, at))


def _to_keep(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    return response
