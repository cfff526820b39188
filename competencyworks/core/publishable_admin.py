"""The admin of every publishable kind: lists, states, trash, preview, history."""

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from . import revisions, taken_addresses, workflow
from .asking_before_saving import AskingBeforeSaving
from .date_fields import untouched
from .dates import moment_words
from .form_preview import FormPreviewAdmin
from .history.editing import EditingAdmin, name_of
from .history.history_admin import HistoryAdmin
from .history.schedule_form import said
from .links import changes
from .models import Revision, Topic
from .one_line import LineFormField
from .policy_admin import PolicyAdmin
from .prose.richtext import EditorAdmin
from .publishable_actions import StageFilter, StateActions, reason_of
from .publishing import Publishable
from .taxonomy.choosing import TopicFilter, TopicsField
from .taxonomy.tag_names import TagNamesField

Status = Publishable.Status
# What Django does by itself from 6.0 on: an address typed without a scheme is https.
HTTPS_BY_DEFAULT = {models.URLField: {"assume_scheme": "https"}}


class PublishableForm(forms.ModelForm):
    """Adds what is said of one save rather than of the item."""

    revision_reason = LineFormField(
        label="What did you change?",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Optional. Saved in the history for your colleagues.",
    )
    # Why nothing was saved though every field is right; see history.editing.
    notice = ""

    def clean(self):
        data = super().clean()
        for name in ("publish_at", "unpublish_at"):
            if name in self.cleaned_data and (at := untouched(self, name)):
                self.cleaned_data[name] = at
        values = self.cleaned_data
        if "title" in values and (holder := self.instance.holder_of_title(values["title"])):
            self.add_error("title", taken_addresses.said(holder, "title"))
        if holder := taken_addresses.holder_of_slug(self.instance, values):
            self.add_error("slug", taken_addresses.said(holder, "slug"))
        if self.notice:
            self.add_error(None, self.notice)
        return data


class PublishableAdmin(
    AskingBeforeSaving,
    FormPreviewAdmin,
    HistoryAdmin,
    EditingAdmin,
    EditorAdmin,
    StateActions,
    PolicyAdmin,
):
    """
    Base of the admin of publishable kinds.

    A kind names its page in `render_preview(request, item)`; who may do what stands in the policy.
    """

    form = PublishableForm
    checks_stale_forms = False  # EditingAdmin merges
    formfield_overrides = HTTPS_BY_DEFAULT
    date_hierarchy = "publish_at"
    list_per_page = 50
    show_full_result_count = False
    save_on_top = True
    list_filter = [StageFilter, "topics"]
    search_fields = ["title"]
    search_help_text = (
        "Search the text. Use quotation marks for a phrase and a minus sign to exclude a word."
    )
    ordering = ["-updated_at"]
    autocomplete_fields = ["picture", "topics", "states"]
    change_form_template = "admin/publishable_change_form.html"
    delete_confirmation_template = "admin/publishable_trash.html"
    editor_only = ("status", "publish_at", "unpublish_at")

    text_fields = ("title", "body", "excerpt", "picture", "revision_reason")
    publication = (
        "Publication",
        {"fields": ["status", "publish_at", "unpublish_at"]},
    )
    classification = ("Topics, states, and tags", {"fields": ["topics", "states", "tags"]})
    comments = ("Comments", {"classes": ["collapse"], "fields": ["discussion"]})
    search_engines = (
        "Web address and search engines",
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
        return self.may(request, "publish")

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
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), moment_words(local))

    # --- one item -----------------------------------------------------------------------------

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if self.may_publish(request) else (*fields, *self.editor_only)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        stored = self.model._base_manager.filter(pk=obj.pk).first() if change else None
        request.state_before = workflow.state_of(stored) if stored else workflow.DRAFT
        request.saved_in_trash = bool(obj.trashed_at)
        if "_publish" in request.POST and self.may_publish(request) and not obj.trashed_at:
            workflow.set_published(obj)
        if "_submit" in request.POST and obj.status == Status.DRAFT:
            workflow.set_submitted(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.settle_edit(request, form, formsets)
        self.ask_first(request, form.instance, request.state_before)
        request.state_act = workflow.record_saved(
            form.instance,
            request.state_before,
            request.user,
            self.reason_of_save(request, form),
        )
        if "_looked_at" in request.POST:
            changes.looked_at(form.instance)

    def answer_before_scheduling(self, request, item, content, at):
        self.ask(request, self.questions_about_content(request, item, content, at=at))
        return self._answer(request)

    def reason_of_save(self, request: HttpRequest, form: forms.Form) -> str:
        """What the writer says of this save; of a working copy, what was said when it was kept."""
        reason = form.cleaned_data["revision_reason"]
        edit = getattr(request, "edit", None)
        return reason or (edit.copy.reason if edit and edit.releases and edit.copy else "")

    def log_change(self, request, obj, message):
        """A save that only changed the state has its line already, of workflow."""
        if message == [] and getattr(request, "state_act", ""):
            return None
        return super().log_change(request, obj, message)

    def message_user(self, request, message, level=messages.INFO, *args, **kwargs):
        """What Django says of a save, and the change of state that came with it."""
        act = getattr(request, "state_act", "")
        if act and level == messages.SUCCESS:
            message = format_html("{} {}.", message, act)
        if getattr(request, "saved_in_trash", False) and level == messages.SUCCESS:
            message = format_html("{} It is still in the trash: readers do not see it.", message)
        super().message_user(request, message, level, *args, **kwargs)

    def get_list_filter(self, request):
        filters = super().get_list_filter(request)
        return [("topics", TopicFilter) if each == "topics" else each for each in filters]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.related_model is Topic:
            kwargs |= {"queryset": Topic.objects.offered(), "form_class": TopicsField}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "tags":
            kwargs["form_class"] = TagNamesField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "tags":
            field.help_text = (
                "Type a tag, then a comma. A tag can have several words. Use existing tags where "
                "you can."
            )
        if db_field.name == "excerpt":
            field.widget.attrs["rows"] = 3
        return field

    def stored_item(self, request: HttpRequest, item: Publishable | None) -> Publishable | None:
        """`item` of a form as it is stored: a form that comes back has put on it what was typed."""
        if item is None or request.method != "POST":
            return item
        return self.model._base_manager.filter(pk=item.pk).first() or item

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        obj = self.stored_item(request, obj)
        if obj is not None:
            context["original"] = obj
        context |= {
            "may_publish": self.may_publish(request),
            "may_submit": obj is None or obj.status == Status.DRAFT,
            "may_publish_now": obj is None
            or (obj.status != Status.PUBLISHED and obj.trashed_at is None),
            "may_restore": obj is not None and obj.trashed_at and self.may(request, "restore", obj),
            "preview_url": obj and self._url("preview", obj),
            "cited_changes": obj and changes.noted_of(obj).prefetch_related("cited"),
            "whose_turn": self.whose_turn(request, obj),
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def whose_turn(self, request: HttpRequest, item: Publishable | None) -> str:
        """Why the form is read-only, and who has the item now; empty where it can be changed."""
        if item is None or self.has_change_permission(request, item):
            return ""
        last = revisions.history(item).select_related("author").first()
        when = f"{timezone.localtime(last.created_at if last else item.updated_at):%B %-d, %Y}"
        by = f" It was last saved by {name_of(last.author)} on {when}." if last else ""
        if item.trashed_at:
            return f"It is in the trash.{by}"
        if item.status == Status.REVIEW:
            return (
                f"It has been submitted for review.{by} You can read it here. To keep working on "
                "it, ask an editor to return it to draft."
            )
        if item.status == Status.DRAFT:
            return f"You can read this draft but not edit it.{by}"
        return (
            f"It is {item.stage.lower()}, so only editors can change it.{by} Ask an editor if "
            "something needs to be changed."
        )

    def view_on_site(self, item) -> str:
        """The public page, or the preview while there is none."""
        return item.path if item.is_public else self._url("preview", item)

    def delete_model(self, request, obj):
        workflow.trash(obj, request.user, reason_of(request))

    def log_deletions(self, request, queryset):
        """The act writes its own line, with the reason."""

    def response_delete(self, request, obj_display, obj_id):
        messages.success(request, f"“{obj_display}” was moved to the trash.")
        return HttpResponseRedirect(self._list_url())

    def get_deleted_objects(self, objs, request):
        """Nothing is deleted with an item: it goes to the trash whole."""
        return [str(item) for item in objs], {}, set(), []

    # --- addresses ----------------------------------------------------------------------------

    def _url(self, page: str, item) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[item.pk])

    def _list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
