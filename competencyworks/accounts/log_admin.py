"""The list 'Who did what': Django's own log of the admin, to read, filter and search."""

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from competencyworks.core.read_only_admin import ReadOnlyAdmin

from .activity import BY_ANYBODY, SIGNED_IN

ACTS = {ADDITION: "Added", CHANGE: "Changed", DELETION: "Deleted"}


class WhoFilter(admin.SimpleListFilter):
    """People of the staff, and whoever else stands in the log."""

    title = "person"
    parameter_name = "user"

    def lookups(self, request, model_admin):
        users = get_user_model().objects.filter(logentry__isnull=False).distinct()
        return [(user.pk, str(user)) for user in users.order_by("username")[:200]]

    def queryset(self, request, rows):
        value = self.value()
        if not value or not value.isdecimal():
            return rows
        return rows.filter(user_id=value).exclude(change_message__in=BY_ANYBODY)


class ActFilter(admin.SimpleListFilter):
    title = "act"
    parameter_name = "act"

    def lookups(self, request, model_admin):
        return [
            *((str(flag), words) for flag, words in ACTS.items()),
            ("signed-in", "Signed in"),
            ("failed", "Sign-in failed"),
        ]

    def queryset(self, request, rows):
        match self.value():
            case "signed-in":
                return rows.filter(change_message=SIGNED_IN)
            case "failed":
                return rows.filter(change_message__in=BY_ANYBODY)
            case "1" | "2" | "3" as flag:
                return rows.filter(action_flag=flag)
        return rows


def _is_of_own_account(entry: LogEntry) -> bool:
    kind = entry.content_type
    is_account = kind is not None and (kind.app_label, kind.model) == ("auth", "user")
    return is_account and entry.object_id == str(entry.user_id)


class LogAdmin(ReadOnlyAdmin):
    """Nobody writes here, superusers neither."""

    list_display = ["action_time", "who", "act", "kind", "item", "what"]
    list_display_links = None
    list_filter = [
        ("action_time", admin.DateFieldListFilter),
        WhoFilter,
        ActFilter,
        ("content_type", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["object_repr", "change_message", "user__username"]
    search_help_text = "Item title or name, text of the entry, or username"
    date_hierarchy = "action_time"
    list_select_related = ["user", "content_type"]
    list_per_page = 100
    ordering = ["-action_time", "-pk"]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Who did what"} | (extra_context or {}))

    @admin.display(description="who", ordering="user__username")
    def who(self, entry):
        if entry.change_message in BY_ANYBODY:
            return "Unknown"  # whoever knew the user name
        return entry.user.get_full_name() or entry.user.get_username()

    @admin.display(description="act", ordering="action_flag")
    def act(self, entry):
        if _is_of_own_account(entry):
            return "Account"  # the note says what it was; signing in changes no user
        return ACTS.get(entry.action_flag, "Recorded")

    @admin.display(description="kind")
    def kind(self, entry):
        return entry.content_type.name if entry.content_type else "–"

    @admin.display(description="item")
    def item(self, entry):
        kind = entry.content_type
        if not kind or not entry.object_id or entry.action_flag == DELETION:
            return entry.object_repr
        try:
            name = f"admin:{kind.app_label}_{kind.model}_change"
            url = reverse(name, args=[quote(entry.object_id)])
        except NoReverseMatch:
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', url, entry.object_repr or "(no title)")

    @admin.display(description="what")
    def what(self, entry):
        return entry.get_change_message()
