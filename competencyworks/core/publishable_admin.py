"""The admin of every publishable kind: lists, states, trash, preview, history."""

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from . import revisions, workflow
from .history.editing import EditingAdmin
from .history.history_admin import HistoryAdmin
from .history.schedule_form import said
from .links import changes
from .models import Revision
from .prose.richtext import EditorAdmin
from .publishing import Publishable

Status = Publishable.Status
# What Django does by itself from 6.0 on: an address typed without a scheme is https.
HTTPS_BY_DEFAULT = {models.URLField: {"assume_scheme": "https"}}


class PublishableForm(forms.ModelForm):
    """Adds what is said of one save rather than of the item."""

    revision_reason = forms.CharField(
        label="What did you change?",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Kept in the history, for your colleagues. May stay empty.",
    )
    # Why nothing was saved though every field is right; see history.editing.
    notice = ""

    def clean(self):
        data = super().clean()
        if self.notice:
            self.add_error(None, self.notice)
        return data


class StageFilter(admin.SimpleListFilter):
    """Filter by state as staff speak of it; the trash shows only when asked for."""

    title = "state"
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [
            ("draft", "Draft"),
            ("review", "In review"),
            ("scheduled", "Scheduled"),
            ("published", "Published"),
            ("change", "Change scheduled"),
            ("expired", "Expired"),
            ("withdrawn", "Withdrawn"),
            ("trash", "In trash"),
        ]

    def queryset(self, request, rows):
        now = timezone.now()
        if self.value() == "trash":
            return rows.exclude(trashed_at=None)
        rows = rows.filter(trashed_at=None)
        match self.value():
            case "published":
                return rows.published()
            case "scheduled":
                return rows.filter(status=Status.PUBLISHED, publish_at__gt=now)
            case "change":
                return rows.exclude(change_at=None)
            case "expired":
                return rows.filter(status=Status.PUBLISHED, unpublish_at__lte=now)
            case "draft" | "review" | "withdrawn" as status:
                return rows.filter(status=status)
        return rows


class PublishableAdmin(HistoryAdmin, EditingAdmin, EditorAdmin, admin.ModelAdmin):
    """
    Base of the admin of publishable kinds.

    A kind names the permission to publish in `publish_permission` and its page in
    `render_preview(request, item)`.
    """

    form = PublishableForm
    formfield_overrides = HTTPS_BY_DEFAULT
    date_hierarchy = "publish_at"
    list_per_page = 50
    show_full_result_count = False
    save_on_top = True
    list_filter = [StageFilter, "topics"]
    search_fields = ["title"]
    search_help_text = "Words anywhere in the text, “phrases”, -without"
    ordering = ["-updated_at"]
    autocomplete_fields = ["picture", "topics", "states"]
    actions = ["publish_selected", "withdraw_selected", "trash_selected", "restore_selected"]
    change_form_template = "admin/publishable_change_form.html"
    delete_confirmation_template = "admin/publishable_trash.html"
    publish_permission = ""
    editor_only = ("status", "publish_at", "unpublish_at")

    text_fields = ("title", "body", "excerpt", "picture", "revision_reason")
    publication = (
        "Publication",
        {"fields": ["status", "publish_at", "unpublish_at"]},
    )
    classification = ("Topics, states and tags", {"fields": ["topics", "states", "tags"]})
    comments = ("Comments", {"classes": ["collapse"], "fields": ["discussion"]})
    search_engines = (
        "Address and search engines",
        {
            "classes": ["collapse"],
            "fields": [
                "slug",
                "seo_title",
                "seo_description",
                "canonical_url",
                "hide_from_search_engines",
            ],
        },
    )

    def may_publish(self, request: HttpRequest) -> bool:
        """Whether the user may set states and dates, or only write and submit."""
        return request.user.has_perm(self.publish_permission)

    # --- lists --------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            rows = rows.light().select_related("picture").annotate(change_at=self._change_at())
        return rows

    def _change_at(self) -> Subquery:
        """When the working copy of an item goes public."""
        kind = ContentType.objects.get_for_model(self.model)
        copies = Revision.objects.filter(content_type=kind, state=Revision.State.WORKING)
        return Subquery(copies.filter(object_id=OuterRef("pk")).values("goes_public_at")[:1])

    def get_search_results(self, request, rows, term):
        """The search of the public site, and titles that contain the words as typed."""
        if not term.strip():
            return rows, False
        ids = self.model.objects.search(term).values("pk")
        return rows.filter(Q(pk__in=ids) | Q(title__icontains=term)), False

    @admin.display(description="")
    def thumbnail(self, item):
        if not item.picture_id:
            return ""
        return format_html(
            '<img class="cw-thumb" src="{}" alt="" loading="lazy">', item.picture.small_url
        )

    @admin.display(description="State", ordering="status")
    def stage(self, item):
        change_at = getattr(item, "change_at", None)
        return format_html(
            '<span class="cw-stage cw-stage-{}">{}</span>{}',
            item.stage.lower().replace(" ", "-"),
            item.stage,
            format_html("<br>New version on {}", said(change_at)) if change_at else "",
        )

    @admin.display(description="publish on", ordering="publish_at")
    def day(self, item):
        if item.publish_at is None:
            return ""
        local = timezone.localtime(item.publish_at)
        return format_html(
            '<time datetime="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M}"
        )

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        if not self.may_publish(request):
            for name in ("publish_selected", "withdraw_selected"):
                actions.pop(name, None)
        if request.GET.get(StageFilter.parameter_name) == "trash":
            return {name: actions[name] for name in ("restore_selected",) if name in actions}
        actions.pop("restore_selected", None)
        return actions

    @admin.action(description="Publish", permissions=["change"])
    def publish_selected(self, request, rows):
        self._tell(request, workflow.each(workflow.publish, rows, request.user), "published")

    @admin.action(description="Withdraw from the public", permissions=["change"])
    def withdraw_selected(self, request, rows):
        self._tell(request, workflow.each(workflow.withdraw, rows, request.user), "withdrawn")

    @admin.action(description="Move to the trash", permissions=["delete"])
    def trash_selected(self, request, rows):
        self._tell(request, workflow.each(workflow.trash, rows, request.user), "moved to the trash")

    @admin.action(description="Restore from the trash", permissions=["delete"])
    def restore_selected(self, request, rows):
        self._tell(request, workflow.each(workflow.restore, rows, request.user), "restored")

    def _tell(self, request, result, word: str) -> None:
        done, refused = result
        if done:
            name = self.opts.verbose_name if done == 1 else self.opts.verbose_name_plural
            messages.success(request, f"{done} {name} {word}.")
        for error in refused:
            messages.warning(request, str(error))

    # --- one item -----------------------------------------------------------------------------

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if self.may_publish(request) else (*fields, *self.editor_only)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        if "_publish" in request.POST and self.may_publish(request):
            obj.status = Status.PUBLISHED
        if "_submit" in request.POST and obj.status == Status.DRAFT:
            obj.status = Status.REVIEW
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.settle_edit(request, form, formsets)
        revisions.record(form.instance, request.user, form.cleaned_data["revision_reason"])
        if "_looked_at" in request.POST:
            changes.looked_at(form.instance)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "excerpt":
            field.widget.attrs["rows"] = 3
        return field

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context |= {
            "may_publish": self.may_publish(request),
            "may_submit": obj is None or obj.status == Status.DRAFT,
            "may_publish_now": obj is None or obj.status != Status.PUBLISHED,
            "preview_url": obj and self._url("preview", obj),
            "cited_changes": obj and changes.noted_of(obj).prefetch_related("cited"),
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def view_on_site(self, item) -> str:
        """The public page, or the preview while there is none."""
        return item.path if item.is_public else self._url("preview", item)

    def delete_model(self, request, obj):
        workflow.trash(obj, request.user)

    def delete_queryset(self, request, queryset):
        workflow.each(workflow.trash, queryset, request.user)

    def response_delete(self, request, obj_display, obj_id):
        messages.success(request, f"“{obj_display}” lies in the trash now.")
        return HttpResponseRedirect(self._list_url())

    def get_deleted_objects(self, objs, request):
        """Nothing is deleted with an item: it goes to the trash whole."""
        return [str(item) for item in objs], {}, set(), []

    # --- pages of our own ---------------------------------------------------------------------

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                "<int:pk>/preview/",
                self.admin_site.admin_view(self.preview),
                name=f"{name}_preview",
            ),
            *super().get_urls(),
        ]

    def _url(self, page: str, item) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[item.pk])

    def _list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The public page of an item that is not public, for staff who may see it."""
        item = self.get_queryset(request).filter(pk=pk).first()
        if item is None or not self.has_view_permission(request, item):
            raise Http404("no such item")
        response = self.render_preview(request, item)
        response["Cache-Control"] = "no-store"
        return response

    def render_preview(self, request: HttpRequest, item: Publishable) -> HttpResponse:
        raise NotImplementedError
