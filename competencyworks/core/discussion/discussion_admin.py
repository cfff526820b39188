"""Bans, reports, and what staff say once for all comments."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from ..models import Ban, DiscussionSettings
from ..read_only_admin import ReadOnlyAdmin
from .bans import normalized


class BanForm(forms.ModelForm):
    """A ban by hand: an address, a domain, a network."""

    def clean(self):
        fields = super().clean()
        if fields.get("kind") and fields.get("value"):
            try:
                fields["value"] = normalized(fields["kind"], fields["value"])
            except ValidationError as error:
                self.add_error("value", error)
        return fields


class BanAdmin(admin.ModelAdmin):
    """Whose comments are refused. Deleting a ban lifts it."""

    form = BanForm
    list_display = ["value_shown", "kind", "reason", "created_by", "created_at"]
    list_display_links = ["value_shown"]
    list_filter = ["kind"]
    list_select_related = ["created_by"]
    search_fields = ["value", "reason"]
    show_full_result_count = False
    fields = ["kind", "value", "reason"]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":  # that of a comment's network is made from the comment
            kwargs["choices"] = [
                choice for choice in Ban.Kind.choices if choice[0] != Ban.Kind.SENDER
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return ["kind", "value"] if obj and obj.kind == Ban.Kind.SENDER else []

    @admin.display(description="who", ordering="value")
    def value_shown(self, ban):
        return f"{ban.value[:12]}…" if ban.kind == Ban.Kind.SENDER else ban.value

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class CommentReportAdmin(ReadOnlyAdmin):
    """What readers find abusive. To read; the comment is decided on at its own page."""

    list_display = ["at", "said", "comment_link", "status"]
    list_display_links = None
    list_select_related = ["comment"]
    list_filter = ["comment__status"]
    search_fields = ["reason"]

    @admin.display(description="reason")
    def said(self, report):
        return report.reason or "(none given)"

    @admin.display(description="comment")
    def comment_link(self, report):
        url = reverse("admin:core_comment_change", args=[report.comment_id])
        return format_html('<a href="{}">{}</a>', url, report.comment)

    @admin.display(description="status of the comment", ordering="comment__status")
    def status(self, report):
        return report.comment.get_status_display()


class DiscussionSettingsAdmin(admin.ModelAdmin):
    """One row, so its list leads to its form."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("admin:core_discussionsettings_change", args=[1]))

    def get_object(self, request, object_id, from_field=None):
        return DiscussionSettings.objects.get_or_create(pk=1)[0]
