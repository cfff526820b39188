from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html

from competencyworks.core.publishable_admin import PublishableAdmin, StageFilter

from . import changes, registration, seats, times, wording_admin  # noqa: F401 - registers itself
from .admin_forms import EventForm, QuestionForm, RepeatForm, SurveyQuestionForm
from .copying import copy
from .local_hours import WallTimeField
from .models import Event, EventPerson, Invitation, Question, Registration
from .models.event_rows import taken
from .organizing import registration_admin  # noqa: F401 - registers itself
from .organizing.cancelling import CancelView
from .organizing.places import list_url
from .repeating import BadRule, dates_of, repeat
from .video_service import admin as video_admin  # noqa: F401 - registers itself
from .views import render_event

# What the form does not show, and what may have changed since it was read.
OF_OTHER_ACTS = ("sequence", "cancelled_at", "cancel_reason", "repetition_id", "rule_date")


class TimeFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "time"

    def lookups(self, request, model_admin):
        return [("ahead", "To come"), ("past", "Past"), ("cancelled", "Cancelled")]

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


class PersonInline(admin.TabularInline):
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


class QuestionInline(admin.StackedInline):
    model = Question
    form = QuestionForm
    extra = 0
    fields = ["text", "hint", ("kind", "required", "position"), "options"]
    verbose_name_plural = "questions of the registration form"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(asked=self.form.asked)


class SurveyQuestionInline(QuestionInline):
    form = SurveyQuestionForm
    verbose_name_plural = "questions of the survey afterwards"


class InvitationInline(admin.TabularInline):
    model = Invitation
    extra = 0
    fields = ["code", "note", "uses", "used"]
    readonly_fields = ["used"]
    verbose_name_plural = "invitations: codes for an event by invitation only"


@admin.register(Event)
class EventAdmin(CancelView, PublishableAdmin):
    form = EventForm
    list_display = ["thumbnail", "title", "kind", "when", "stage", "seats_said"]
    list_display_links = ["title"]
    list_filter = [StageFilter, TimeFilter, "kind", "attendance", "topics"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-pk"]
    inlines = [PersonInline, QuestionInline, SurveyQuestionInline, InvitationInline]
    publish_permission = "events.publish_event"
    change_form_template = "admin/event_change_form.html"
    actions = [*PublishableAdmin.actions, "copy_selected"]
    fieldsets = [
        (
            None,
            {
                "fields": ["title", "kind", "body", "excerpt", "picture", "revision_reason"],
                "description": "What it is about, as readers see it.",
            },
        ),
        (
            "When",
            {
                "fields": ["zone", "starts_at", "ends_at"],
                "description": "Day and hours as the clocks of the chosen zone show them. A "
                "deadline starts and ends at the same minute.",
            },
        ),
        (
            "Where, and the way in",
            {
                "fields": [
                    "attendance", "venue", "venue_address", "venue_note",
                    "join_url", "join_note", "join_opens_minutes", ("video_meeting", "video_kind"),
                ],
                "description": "Venue and its address are public. The join address and the notes "
                "for those online and there reach registrants with a seat alone.",
            },
        ),
        ("Hosts and price", {"fields": ["hosts", "price_note"]}),
        (
            "Registration",
            {
                "fields": [
                    "sign_up", "outside_url", "opens_at", "closes_at", "capacity",
                    "has_waiting_list", "largest_party", "by_invitation", "reminder_minutes",
                    "kept_days",
                ],
                "description": "More seats go to those who wait, at once and with a mail. Fewer "
                "seats take nobody's place away.",
            },
        ),
        (
            "Afterwards",
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
            said = '{}<br><strong class="cw-missing">Cancelled</strong>'
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
            said += f", {event.waiting} wait"
        return format_html('<a href="{}">{}</a>', list_url(event), said)

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not self.has_add_permission(request):
            actions.pop("copy_selected", None)
        return actions

    @admin.action(description="Copy as drafts, without registrations", permissions=["change"])
    def copy_selected(self, request, rows):
        made = [copy(event, request.user) for event in rows]
        messages.success(request, f"{len(made)} draft{'s' if len(made) != 1 else ''} made.")

    # --- one event ----------------------------------------------------------------------------

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in EventForm.local_moments:
            kwargs["form_class"] = WallTimeField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        # One day and one hour before.
        return {"reminder_minutes": "1440,60", **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        for message in form.doubles:
            messages.warning(request, message)
        if not change:
            super().save_model(request, obj, form, change)
            return
        before = seats.locked(obj.pk)
        for name in OF_OTHER_ACTS:
            setattr(obj, name, getattr(before, name))
        wanted, obj.capacity = obj.capacity, before.capacity
        super().save_model(request, obj, form, change)
        changes.save_from_admin(before, obj)
        if wanted != before.capacity:
            seated = registration.set_capacity(obj.pk, wanted)
            obj.capacity = wanted
            if seated:
                word = "registration" if len(seated) == 1 else "registrations"
                messages.success(request, f"{len(seated)} {word} got a seat, and a mail.")

    def put_back(self, by, item, content):
        """As by the form: registrants are told what moves, and more seats go to who waits."""
        before = seats.locked(item.pk)
        told = super().put_back(by, item, {**content, "capacity": before.capacity})
        changes.save_from_admin(before, item)
        wanted = content.get("capacity", before.capacity)
        if wanted != before.capacity:
            registration.set_capacity(item.pk, wanted)
            item.capacity = wanted
        return told

    def render_preview(self, request, item):
        return render_event(request, Event.objects.whole().get(pk=item.pk), preview=True)

    # --- pages of our own ---------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/copy/", view(self.copy_view), name="events_event_copy"),
            path("<int:pk>/repeat/", view(self.repeat_view), name="events_event_repeat"),
            *self.cancel_urls(),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        may = obj and obj.status != Event.Status.DRAFT and not changes.why_not_cancel(obj)
        context["may_cancel"] = may and self.may_cancel(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks, then makes a draft with the words, people and questions of an event."""
        event = self._event(request, pk)
        if request.method == "POST":
            made = copy(event, request.user)
            self.log_addition(request, made, f"Copied from “{event}”.")
            messages.success(request, "This is the copy, a draft. Give it its own day.")
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
             at in known or at == (event.rule_date or event.starts_at))
            for at in dates
        ]  # fmt: skip
        return self._page(
            request, "admin/event_repeat.html", event, f"Repeat “{event}”",
            form=form, dates=shown, new=sum(not is_known for _, is_known in shown),
            sessions=event.repetition.sessions.order_by("starts_at") if event.repetition_id else [],
        )  # fmt: skip

    def _repeated(self, request: HttpRequest, event: Event, rule: str) -> HttpResponse:
        made = repeat(event, rule, request.user)
        self.log_change(request, event, f"Repeated by {rule}.")
        if made:
            word = "session" if len(made) == 1 else "sessions"
            messages.success(request, f"{len(made)} {word} made, as drafts. Publish them here.")
        else:
            messages.info(request, "All these sessions exist already; none was made.")
        return HttpResponseRedirect(f"{self._list_url()}?stage=draft")

    def _event(self, request: HttpRequest, pk: int) -> Event:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
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
