from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django_tasks_db import admin as tasks_admin  # noqa: F401 - it registers before we do
from django_tasks_db.models import DBTaskResult

from .addresses import OldAddress
from .background.jobs_admin import SweepRunAdmin, TaskAdmin
from .discussion.comment_admin import CommentAdmin
from .discussion.discussion_admin import BanAdmin, CommentReportAdmin, DiscussionSettingsAdmin
from .links.changes_admin import CitedChangeAdmin
from .links.health_admin import OutsideAddressAdmin
from .mail.mail_admin import OutgoingMailAdmin
from .merging import CannotMerge, merge_people
from .models import (
    Ban,
    CitedChange,
    Comment,
    CommentReport,
    DiscussionSettings,
    Image,
    OutgoingMail,
    OutsideAddress,
    Person,
    State,
    SweepRun,
    Topic,
)
from .pictures.image_picker import picker_urls
from .prose.richtext import EditorAdmin
from .publishable_admin import HTTPS_BY_DEFAULT
from .where_used import uses_of


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    """The picture library."""

    list_display = ["thumbnail", "__str__", "alternative", "size", "renditions", "created_at"]
    list_display_links = ["thumbnail", "__str__"]
    list_filter = [
        ("alt", admin.EmptyFieldListFilter),
        ("renditions_ready_at", admin.EmptyFieldListFilter),
        "decorative",
    ]
    search_fields = ["title", "alt", "caption", "credit", "file"]
    list_per_page = 40
    show_full_result_count = False
    readonly_fields = ["preview", "size", "renditions", "where_used"]
    fieldsets = [
        (
            None,
            {"fields": ["preview", "file", "title", ("alt", "decorative"), "caption", "credit"]},
        ),
        ("Crops", {"fields": [("focal_x", "focal_y")]}),
        ("About the file", {"fields": ["size", "renditions", "where_used"]}),
    ]

    @admin.display(description="")
    def thumbnail(self, image):
        return format_html('<img class="cw-thumb" src="{}" alt="" loading="lazy">', image.small_url)

    @admin.display(description="picture")
    def preview(self, image):
        if not image.pk:
            return "Shown here once it is saved."
        return format_html('<img class="cw-preview" src="{}" alt="{}">', image.file.url, image.alt)

    @admin.display(description="alternative text", ordering="alt")
    def alternative(self, image):
        if image.decorative:
            return "(decorative)"
        return image.alt or format_html('<strong class="cw-missing">missing</strong>')

    @admin.display(description="size in pixels", ordering="width")
    def size(self, image):
        return f"{image.width} × {image.height}" if image.width else "–"

    @admin.display(description="sizes for the web", ordering="renditions_ready_at")
    def renditions(self, image):
        return image.renditions_state

    @admin.display(description="where used")
    def where_used(self, image):
        uses = uses_of(image) if image.pk else []
        if not uses:
            return "Nowhere yet."
        rows = ((reverse(use.view, args=[use.pk]), use.title, use.kind) for use in uses)
        return format_html(
            "<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a> ({})</li>', rows)
        )

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def get_urls(self):
        return [*picker_urls(self), *super().get_urls()]

    def has_delete_permission(self, request, obj=None):
        """A picture in use stays: texts would lose it without a trace."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not uses_of(obj))

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class MergeForm(forms.Form):
    """Which record stays."""

    keep = forms.ModelChoiceField(Person.objects.all(), label="Keep this person")

    def __init__(self, *args, site, **kwargs):
        super().__init__(*args, **kwargs)
        relation = Comment._meta.get_field("person")
        field = self.fields["keep"]
        field.widget = AutocompleteSelect(relation, site)
        field.widget.choices = field.choices


@admin.register(Person)
class PersonAdmin(EditorAdmin, admin.ModelAdmin):
    list_display = ["name", "role", "organization", "user", "posts_written"]
    list_filter = [("user", admin.EmptyFieldListFilter)]
    search_fields = ["name", "organization", "email"]
    autocomplete_fields = ["portrait", "user"]
    show_full_result_count = False
    change_form_template = "admin/person_change_form.html"
    formfield_overrides = HTTPS_BY_DEFAULT
    fieldsets = [
        (None, {"fields": ["name", "role", "organization", "bio", "portrait", "website"]}),
        ("Not public", {"fields": ["email", "user"]}),
        ("Address", {"classes": ["collapse"], "fields": ["slug"]}),
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("user")
        return rows.annotate(written=Count("post_authors"))

    @admin.display(description="posts", ordering="written")
    def posts_written(self, person):
        return person.written

    def get_urls(self):
        merge = path(
            "<int:pk>/merge/", self.admin_site.admin_view(self.merge), name="core_person_merge"
        )
        return [merge, *super().get_urls()]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make one record of two: asks which one stays, shows what will move, then does it."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        double = Person.objects.filter(pk=pk).first()
        if double is None:
            raise Http404("no such person")
        form = MergeForm(request.POST or None, site=self.admin_site)
        if form.is_valid():
            keep = form.cleaned_data["keep"]
            try:
                moved = merge_people(keep, double)
            except CannotMerge as error:
                form.add_error("keep", str(error))
            else:
                self.log_change(request, keep, f"Merged with {double}.")
                messages.success(
                    request, f"{double} is now part of {keep}; {sum(moved.values())} rows moved."
                )
                return HttpResponseRedirect(reverse("admin:core_person_change", args=[keep.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge {double} with another person",
            "form": form,
            "double": double,
            "opts": self.opts,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/person_merge.html", context)


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["name", "parent", "slug"]
    list_filter = [("parent", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name", "description"]
    autocomplete_fields = ["parent"]
    show_full_result_count = False


@admin.register(State)
class StateAdmin(admin.ModelAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    list_per_page = 100

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(OldAddress)
class OldAddressAdmin(admin.ModelAdmin):
    """What the site once answered to. Staff may add redirects of their own."""

    list_display = ["path", "leads_to", "created_at"]
    search_fields = ["path", "to"]
    fields = ["path", "to"]
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("item")

    @admin.display(description="leads to")
    def leads_to(self, address):
        return address.to or str(address.item or "an item that is gone")


admin.site.register(Comment, CommentAdmin)
admin.site.register(CommentReport, CommentReportAdmin)
admin.site.register(Ban, BanAdmin)
admin.site.register(DiscussionSettings, DiscussionSettingsAdmin)
admin.site.register(OutsideAddress, OutsideAddressAdmin)
admin.site.register(CitedChange, CitedChangeAdmin)
admin.site.register(OutgoingMail, OutgoingMailAdmin)
admin.site.register(SweepRun, SweepRunAdmin)
admin.site.unregister(DBTaskResult)  # ours says in words what it is, and runs it again
admin.site.register(DBTaskResult, TaskAdmin)
