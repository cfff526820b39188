"""Places at the video service, as staff see them: what waits, and what went wrong."""

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html

from competencyworks.core.policy_admin import action
from competencyworks.core.read_only_admin import ReadOnlyAdmin

from ..models import VideoPlace
from .places import try_again


class PlaceFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("given-up", "Given up"), ("there", "Registered")]

    def queryset(self, request, rows):
        to_do = Q(failed_at=None) & (Q(registrant="") | Q(wanted=False))
        match self.value():
            case "waiting":
                return rows.filter(to_do)
            case "given-up":
                return rows.exclude(failed_at=None)
            case "there":
                return rows.filter(wanted=True).exclude(registrant="")
        return rows


@admin.register(VideoPlace)
class VideoPlaceAdmin(ReadOnlyAdmin):
    """
    One registration in one meeting. The personal address is not shown: it is the registrant's.
    """

    list_display = ["registrant_name", "event", "meeting_said", "stage", "attempts", "error"]
    list_filter = [PlaceFilter, "kind"]
    list_select_related = ["registration__event"]
    search_fields = ["registration__name", "registration__email", "meeting", "error"]
    search_help_text = "Name, email address, meeting number, or error message"
    fields = ["registrant_name", "event", "meeting_said", "stage", "error", "attempts", "due_at"]
    actions = ["try_again_now"]

    @admin.display(description="registrant", ordering="registration__name")
    def registrant_name(self, place):
        return place.registration.name

    @admin.display(description="event", ordering="registration__event__starts_at")
    def event(self, place):
        return place.registration.event.title

    @admin.display(description="meeting", ordering="meeting")
    def meeting_said(self, place):
        return f"{place.get_kind_display()} {place.meeting}"

    @admin.display(description="state", ordering="failed_at")
    def stage(self, place):
        kind = "given-up" if place.failed_at else "sent" if place.registrant else "waiting"
        return format_html('<span class="cw-stage cw-mail-{}">{}</span>', kind, place.state)

    @action("retry", "Try again now")
    def try_again_now(self, request, rows):
        count = try_again(rows)
        said = "1 registration is" if count == 1 else f"{count} registrations are"
        self.message_user(request, f"{said} being tried again now. Completed ones do not change.")
