from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse

from competencyworks.core import policy
from competencyworks.core.policy_admin import PolicyAdmin
from competencyworks.core.publishable_admin import HTTPS_BY_DEFAULT, PublishableAdmin

from . import comment_admin, event_admin  # noqa: F401 - they register themselves
from .models import Page, SiteSettings
from .views import render_page


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    list_display = ["title", "stage", "path", "in_menu", "position", "updated_at"]
    list_filter = [PublishableAdmin.list_filter[0], "in_menu"]
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "parent"]
    ordering = ["path"]
    fieldsets = [
        (None, {"fields": ["title", "body", "excerpt", "picture", "revision_reason"]}),
        ("Position", {"fields": ["parent", ("in_menu", "position")]}),
        PublishableAdmin.publication,
        PublishableAdmin.classification,
        PublishableAdmin.comments,
        PublishableAdmin.search_engines,
    ]

    def render_preview(self, request, item):
        return render_page(request, item, preview=True)


@admin.register(SiteSettings)
class SiteSettingsAdmin(PolicyAdmin):
    """One row, so its list leads to its form."""

    autocomplete_fields = ["owner_mark"]
    formfield_overrides = HTTPS_BY_DEFAULT

    def changelist_view(self, request, extra_context=None):
        policy.require(request.user, "view", self.model)
        return HttpResponseRedirect(reverse("admin:website_sitesettings_change", args=[1]))

    def get_object(self, request, object_id, from_field=None):
        return SiteSettings.objects.get_or_create(pk=1)[0]
