"""Registrations in the admin: who comes, who waits, who was there."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header

from .. import attendance, registration
from ..models import Event, Registration
from ..patterns import own_page
from ..signing_up.own_page import answers_of
from . import exports
from .after_views import AfterViews
from .mailing_views import MailingViews
from .places import event_or_404, list_url
from .plots import growth
from .registration_filters import EventFilter
from .walk_ins import WalkInForm

Status = Registration.Status
EXPORT = "events.export_registration"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.register(Registration)
class RegistrationAdmin(MailingViews, AfterViews, admin.ModelAdmin):
    list_display = ["name", "contact", "state", "party", "registered", "attended"]
    list_editable = ["attended"]
    list_filter = [EventFilter, "status", "attended", "is_walk_in"]
    search_fields = ["name", "email", "organization"]
    search_help_text = "Name, address or organization"
    ordering = ["-pk"]
    list_per_page = 100
    list_select_related = ["event"]
    show_full_result_count = False
    actions = ["note_attended", "note_absent", "promote_selected", "cancel_selected"]
    change_list_template = "admin/registration_list.html"
    change_form_template = "admin/registration_form.html"
    fields = [
        "event_link", "name", "email", "organization", "role", "state", "party", "takes_part",
        "said", "invitation", "registered", "confirmed_at", "cancelled_at", "is_walk_in",
        "attended",
    ]  # fmt: skip

    # --- who may ------------------------------------------------------------------------------

    def has_add_permission(self, request):
        """There is a form of our own for that, as it is an act of one event."""
        return False

    def has_delete_permission(self, request, obj=None):
        """A registration is cancelled, so that its seat goes to the next."""
        return False

    def may_add(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.add_registration")

    def get_readonly_fields(self, request, obj=None):
        return [name for name in self.fields if name != "attended"]

    # --- the list -----------------------------------------------------------------------------

    def chosen_event(self, request: HttpRequest) -> Event | None:
        """The event whose registrations are listed; asked once a request."""
        if not hasattr(request, "_event_of_list"):
            key = request.GET.get("event", "")
            rows = Event.objects.kept().defer("attached_text", "vector", "html", "body")
            request._event_of_list = rows.filter(pk=key).first() if key.isdecimal() else None
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
                "numbers": numbers(event),
                "growth": growth(event),
                "may_add": self.may_add(request) and not event.is_cancelled,
                "may_change": self.has_change_permission(request),
                "may_export": request.user.has_perm(EXPORT),
            }
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    @admin.display(description="address, organization", ordering="email")
    def contact(self, row):
        if not row.organization:
            return row.email
        return format_html('{}<br><span class="cw-quiet">{}</span>', row.email, row.organization)

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
        local = row.created_at.astimezone(row.event.tz)
        said = f"{local:%Y-%m-%d %H:%M}"
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), said)

    @admin.display(description="event", ordering="event__starts_at")
    def event_link(self, row):
        return format_html('<a href="{}">{}</a>', list_url(row.event), row.event)

    @admin.display(description="takes part")
    def takes_part(self, row):
        return "online" if row.is_online else "in person"

    @admin.display(description="answers")
    def said(self, row):
        rows = answers_of(row)
        if not rows:
            return "–"
        parts = format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
        return format_html('<dl class="cw-said">{}</dl>', parts)

    # --- acts ---------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        """Only who was there can be written here; the row may have changed since it was read."""
        if "attended" not in form.changed_data:
            return
        noted = attendance.note(Registration.objects.filter(pk=obj.pk), obj.attended)
        if not noted and obj.attended is not None:
            messages.warning(request, f"{obj} has no seat, so attendance was not noted.")

    @admin.action(description="Attended", permissions=["change"])
    def note_attended(self, request, rows):
        self._note(request, rows, True)

    @admin.action(description="Did not attend", permissions=["change"])
    def note_absent(self, request, rows):
        self._note(request, rows, False)

    def _note(self, request, rows, attended: bool) -> None:
        count = attendance.note(rows, attended)
        words = "attended" if attended else "did not attend"
        messages.success(request, f"Noted of {count} that they {words}. Only seats count.")

    @admin.action(description="Give a seat, out of turn", permissions=["change"])
    def promote_selected(self, request, rows):
        done = 0
        for row in rows.order_by("pk"):
            try:
                registration.promote(row)
            except registration.CannotRegister as error:
                messages.warning(request, str(error))
            else:
                done += 1
        if done:
            messages.success(request, f"{done} got a seat, and a mail.")

    @admin.action(description="Cancel…", permissions=["change"])
    def cancel_selected(self, request, rows):
        """Asks first: each cancelled one gets a mail, and the seat goes to the next."""
        if "_confirmed" not in request.POST:
            held = rows.exclude(status=Status.CANCELLED)
            context = {
                **self.admin_site.each_context(request),
                "title": "Cancel registrations?",
                "opts": self.opts,
                "count": held.count(),
                "rows": held[:50],
                "selected": request.POST.getlist("_selected_action"),
                "across": request.POST.get("select_across", "0"),
            }
            return TemplateResponse(request, "admin/registration_cancel.html", context)
        done = 0
        for row in rows.exclude(status=Status.CANCELLED).order_by("pk"):
            try:
                registration.cancel(row)
            except registration.NoSuchPlace as error:
                messages.warning(request, f"{row}: {error}")
            else:
                self.log_change(request, row, "Cancelled.")
                done += 1
        messages.success(request, f"{done} cancelled. Free seats went to those who wait.")
        return None

    # --- pages of our own ---------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("of/<int:pk>/walk-in/", view(self.walk_in), name="events_registration_walk_in"),
            path("of/<int:pk>/csv/", view(self.export_csv), name="events_registration_csv"),
            path("of/<int:pk>/xlsx/", view(self.export_xlsx), name="events_registration_xlsx"),
            *self.mailing_urls(),
            *self.after_urls(),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        extra = {}
        if row and row.anonymous_at is None and self.has_change_permission(request, row):
            extra["own_page"] = own_page(row)
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def walk_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A short form by which staff register somebody past dates, codes and seats."""
        if not self.may_add(request):
            raise PermissionDenied
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
        event = self._exported(request, pk)
        response = StreamingHttpResponse(exports.as_csv(event), content_type="text/csv")
        return _to_keep(response, f"registrations-{event.slug}.csv")

    def export_xlsx(self, request: HttpRequest, pk: int) -> HttpResponse:
        event = self._exported(request, pk)
        response = FileResponse(exports.as_xlsx(event), content_type=XLSX)
        return _to_keep(response, f"registrations-{event.slug}.xlsx")

    def _exported(self, request: HttpRequest, pk: int) -> Event:
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        return event_or_404(pk)


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


def _to_keep(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    return response
