from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html

from competencyworks.core.background.bulk_acts import AT_ONCE
from competencyworks.core.bulk_actions import leave_to_worker
from competencyworks.core.policy_admin import PolicyInline, action
from competencyworks.core.publishable_actions import StageFilter
from competencyworks.core.publishable_admin import PublishableAdmin

from . import changes, times, wording_admin  # noqa: F401 - registers itself
from .admin_forms import EventForm, RepeatForm
from .copying import copy
from .local_hours import WallTimeField, WallTimeWidget
from .models import Event, EventPerson, Invitation, Registration
from .models.event_rows import taken
from .organizing import registration_admin  # noqa: F401 - registers itself
from .organizing.bulk_acts import COPY
from .organizing.cancelling import CancelView, said_of_cancelled
from .organizing.changed_questions import ChangedQuestionsView
from .organizing.places import list_url
from .organizing.saving import SavesEvents
from .questions_admin import KeepsAnswers, QuestionInline, SurveyQuestionInline
from .reminder_times import sent_when
from .repeating import BadRule, dates_of, repeat
from .video_service import admin as video_admin  # noqa: F401 - registers itself
from .views import render_event


class TimeFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "time"

    def lookups(self, request, model_admin):
        return [("ahead", "Upcoming"), ("past", "Past"), ("cancelled", "Canceled")]

    def queryset(self, request, rows):
        now = timezone.now()
        match self.value():
            case "ahead":
                return rows.filter(ends_at__gt=now)
            case "past":
                return rows.filter(ends_at__lte=now)
            case "cancelled":
                return rows.exclude(cancelled_at=None)
        return rows


class AfterFilter(admin.SimpleListFilter):
    title = "after the event"
    parameter_name = "after"

    def lookups(self, request, model_admin):
        return [("recording", "No recording"), ("attendance", "Attendance not recorded")]

    def queryset(self, request, rows):
        match self.value():
            case "recording":
                return rows.without_recording()
            case "attendance":
                return rows.without_attendance()
        return rows


class PersonInline(PolicyInline, admin.TabularInline):
    model = EventPerson
    in_revisions = True
    extra = 1
    fields = ["position", "person", "part", "role", "organization"]
    autocomplete_fields = ["person"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ("role", "organization"):
            field.widget.attrs.update({"class": "", "size": 22})  # five fields share a line
        return field


class InvitationInline(PolicyInline, admin.TabularInline):
    model = Invitation
    extra = 0
    most_rows = 1000
    too_many = (
        "An event can have up to %(num)d invitation codes. A code can be used several times, so "
        "you can give several people the same one."
    )
    fields = ["code", "note", "uses", "used"]
    readonly_fields = ["used"]
    verbose_name_plural = "invitation codes, for events by invitation only"


@admin.register(Event)
class EventAdmin(SavesEvents, CancelView, ChangedQuestionsView, KeepsAnswers, PublishableAdmin):
    form = EventForm
    list_display = ["thumbnail", "title", "kind", "when", "stage", "seats_said"]
    list_display_links = ["title"]
    list_filter = [StageFilter, TimeFilter, AfterFilter, "kind", "attendance", "topics"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-pk"]
    inlines = [PersonInline, QuestionInline, SurveyQuestionInline, InvitationInline]
    change_form_template = "admin/event_change_form.html"
    actions = [*PublishableAdmin.actions, "copy_selected"]
    fieldsets = [
        (
            None,
            {
                "fields": ["title", "kind", "body", "excerpt", "picture", "revision_reason"],
                "description": "What readers see about the event.",
            },
        ),
        (
            "When",
            {
                "fields": ["zone", "starts_at", "ends_at"],
                "description": "Enter dates and times in the selected time zone. A deadline "
                "starts and ends at the same time.",
            },
        ),
        (
            "Where and how to join",
            {
                "fields": [
                    "attendance", "venue", "venue_address", "venue_note",
                    "join_url", "join_note", "join_opens_minutes", ("video_meeting", "video_kind"),
                ],
                "description": "The venue and its address are public. Only registrants with a "
                "seat see the join link and the notes.",
            },
        ),
        ("Hosts and price", {"fields": ["hosts", "price_note"]}),
        (
            "Registration",
            {
                "fields": [
                    "sign_up", "outside_url", "opens_at", "closes_at", "capacity",
                    "has_waiting_list", "pass_seats_until", "largest_party", "by_invitation",
                    "reminder_minutes", "kept_days",
                ],
                "description": "If you add seats, they go to the waiting list right away, until "
                "the event is over, and those people are emailed. While readers cannot see the "
                "event, nobody gets a seat. If you reduce seats, nobody loses theirs. With 0 "
                "seats, everyone starts on the waiting list.",
            },
        ),
        (
            "After the event",
            {
                "fields": ["recording_url", "slides_url"],
                "description": "Shown on the page once the event is over.",
            },
        ),
        PublishableAdmin.publication,
        PublishableAdmin.classification,
        PublishableAdmin.search_engines,
    ]  # fmt: skip

    # --- list ---------------------------------------------------------------------------------

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name == "events_event_changelist":
            waiting = Q(registrations__status=Registration.Status.WAITING)
            rows = rows.annotate(
                seats_taken=taken(), waiting=Count("registrations", filter=waiting)
            )
        return rows

    @admin.display(description="when", ordering="starts_at")
    def when(self, event):
        if event.is_cancelled:
            said = '{}<br><strong class="cw-missing">Canceled</strong>'
            return format_html(said, times.when(event))
        return times.when(event)

    @admin.display(description="seats taken")
    def seats_said(self, event):
        """'12 of 50, 3 wait', without an end '12'."""
        if event.sign_up != Event.SignUp.FORM:
            return "–"
        said = str(event.seats_taken or 0)
        if event.capacity is not None:
            said += f" of {event.capacity}"
        if event.waiting:
            said += f", {event.waiting} on the waiting list"
        return format_html('<a href="{}">{}</a>', list_url(event), said)

    @action("copy", "Copy as drafts (without registrations)")
    def copy_selected(self, request, rows):
        if rows.count() > AT_ONCE:
            seen = dict.fromkeys(rows.values_list("pk", flat=True), "")
            return leave_to_worker(request, COPY, Event, seen)
        made = [copy(event, request.user) for event in rows]
        messages.success(request, f"{len(made)} draft{'s' if len(made) != 1 else ''} created.")
        return None

    # --- one event ----------------------------------------------------------------------------

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in EventForm.local_moments:
            kwargs |= {"form_class": WallTimeField, "widget": WallTimeWidget}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        # One day and one hour before.
        return {"reminder_minutes": [1440, 60], **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "reminder_minutes" in form.changed_data:
            messages.info(request, sent_when(obj.reminder_minutes))

    def render_preview(self, request, item):
        return render_event(request, Event.objects.whole().get(pk=item.pk), preview=True)

    # --- pages of our own ---------------------------------------------------------------------

    def get_urls(self):
        own = "<int:pk>/"
        return [
            self.page(f"{own}copy/", self.copy_view, act="copy", name="events_event_copy"),
            self.page(f"{own}repeat/", self.repeat_view, act="copy", name="events_event_repeat"),
            *self.cancel_urls(),
            *self.changed_questions_urls(),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        stored = self.stored_item(request, obj)
        may = stored and stored.status != Event.Status.DRAFT and not changes.why_not_cancel(stored)
        context["may_cancel"] = may and self.may_cancel(request, stored)
        if stored:
            by_form = stored.sign_up == Event.SignUp.FORM
            context["has_registrations"] = by_form or stored.registrations.exists()
            context["cancelled"] = said_of_cancelled(stored) if stored.is_cancelled else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks, then makes a draft with the words, people and questions of an event."""
        event = self._event(request, pk)
        if request.method == "POST":
            made = copy(event, request.user)
            self.log_addition(request, made, f"Copied from “{event}”.")
            messages.success(request, "This is the copy, saved as a draft. Set its date.")
            return HttpResponseRedirect(self._url("change", made))
        return self._page(request, "admin/event_copy.html", event, f"Copy “{event}”")

    def repeat_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks how often an event repeats, shows the dates, and makes the sessions."""
        event, dates, known = self._event(request, pk), [], set()
        start, _ = times.local(event)
        form = RepeatForm(request.POST or None, start=start)
        if form.is_valid():
            try:
                dates = dates_of(event, form.as_rule)
                if "_make" in request.POST:
                    return self._repeated(request, event, form.as_rule)
            except BadRule as error:
                form.add_error("rule", str(error))
            if event.repetition_id:
                known = set(event.repetition.sessions.values_list("rule_date", flat=True))
        shown = [
            (times.when(Event(zone=event.zone, starts_at=at, ends_at=at)),
             at in known or at == (event.rule_date or event.starts_at), at <= timezone.now())
            for at in dates
        ]  # fmt: skip
        return self._page(
            request, "admin/event_repeat.html", event, f"Repeat “{event}”",
            form=form, dates=shown, new=sum(not is_known for _, is_known, _ in shown),
            in_past=sum(is_past and not is_known for _, is_known, is_past in shown),
            sessions=event.repetition.sessions.order_by("starts_at") if event.repetition_id else [],
        )  # fmt: skip

    def _repeated(self, request: HttpRequest, event: Event, rule: str) -> HttpResponse:
        made = repeat(event, rule, request.user)
        self.log_change(request, event, f"Repeated by {rule}.")
        if made:
            word = "session" if len(made) == 1 else "sessions"
            messages.success(
                request, f"{len(made)} {word} created as drafts. You can publish them here."
            )
        else:
            messages.info(request, "All of these sessions already exist, so none were created.")
        return HttpResponseRedirect(f"{self._list_url()}?stage=draft")

    def _event(self, request: HttpRequest, pk: int) -> Event:
        event = self.get_queryset(request).filter(pk=pk, trashed_at=None).first()
        if event is None:
            raise Http404("no such event")
        return event

    def _page(self, request, template: str, event: Event, title: str, **more) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "event": event,
            "opts": self.opts,
            "media": self.media,
            "change_url": self._url("change", event),
            **more,
        }
        return TemplateResponse(request, template, context)
