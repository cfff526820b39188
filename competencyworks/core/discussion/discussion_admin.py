"""Bans, reports, and what staff say once for all comments."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from .. import policy
from ..client_address import client_address
from ..models import Ban, DiscussionSettings
from ..policy_admin import PolicyAdmin
from ..read_only_admin import ReadOnlyAdmin
from .ban_reach import reach_of
from .bans import normalized


class BanForm(forms.ModelForm):
    """
    A ban by hand: an address, a domain, a network. One that reaches far is stored once a box is
    ticked that stands beside what it would have caught.
    """

    confirmed = forms.CharField(label="Ban anyway", required=False, widget=forms.HiddenInput)
    own_address = ""  # the IP address of whoever bans

    def clean(self):
        fields = super().clean()
        if fields.get("kind") and fields.get("value"):
            try:
                fields["value"] = normalized(fields["kind"], fields["value"])
            except ValidationError as error:
                self.add_error("value", error)
            else:
                if not self._is_there(fields["kind"], fields["value"]):
                    self._ask_where_it_reaches_far(fields["kind"], fields["value"])
        return fields

    def _is_there(self, kind: str, value: str) -> bool:
        """Whether there is such a ban already; the field says so."""
        same = Ban.objects.filter(kind=kind, value=value).exclude(pk=self.instance.pk)
        if same.exists():
            self.add_error("value", f"“{value}” is banned already.")
            return True
        return False

    def _ask_where_it_reaches_far(self, kind: str, value: str) -> None:
        if kind == Ban.Kind.SENDER or value == self.initial.get("value"):
            return
        reach = reach_of(kind, value, self.own_address)
        # The box holds what was asked about, so that it confirms no other ban.
        if reach and self.data.get(self.add_prefix("confirmed")) != value:
            self.fields["confirmed"].widget = forms.CheckboxInput(attrs={"value": value})
            words = " ".join(reach.doubts)
            self.add_error(
                "confirmed", (f"{words} If this is what you want, check this box and save again.")
            )


class BanAdmin(PolicyAdmin):
    """Whose comments are refused. Deleting a ban lifts it."""

    form = BanForm
    list_display = ["value_shown", "kind", "reason", "created_by", "created_at"]
    list_display_links = ["value_shown"]
    list_filter = ["kind"]
    list_select_related = ["created_by"]
    search_fields = ["value", "reason"]
    show_full_result_count = False
    fields = ["kind", "value", "reason", "confirmed"]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":  # that of a comment's network is made from the comment
            kwargs["choices"] = [
                choice for choice in Ban.Kind.choices if choice[0] != Ban.Kind.SENDER
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.own_address = client_address(request)
        return form

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
        return report.reason or "(no reason given)"

    @admin.display(description="comment")
    def comment_link(self, report):
        url = reverse("admin:core_comment_change", args=[report.comment_id])
        return format_html('<a href="{}">{}</a>', url, report.comment)

    @admin.display(description="status of the comment", ordering="comment__status")
    def status(self, report):
        return report.comment.get_status_display()


class DiscussionSettingsAdmin(PolicyAdmin):
    """One row, so its list leads to its form."""

    def changelist_view(self, request, extra_context=None):
        policy.require(request.user, "view", self.model)
        return HttpResponseRedirect(reverse("admin:core_discussionsettings_change", args=[1]))

    def get_object(self, request, object_id, from_field=None):
        return DiscussionSettings.objects.get_or_create(pk=1)[0]
