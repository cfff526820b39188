"""The curators' queue: what readers suggest, compared with what there is, and the decision."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince

from competencyworks.core import policy, revisions
from competencyworks.core.history.applying import as_stored, label_of
from competencyworks.core.numbers import whole_number
from competencyworks.core.policy_admin import PolicyAdmin, action

from ..models import Suggestion
from . import deciding, duplicates
from .admin_forms import AnswerForm, EditedForm, NewResourceForm
from .items import with_items

Status = Suggestion.Status


class StateFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("accepted", "Accepted"), ("declined", "Declined"), ("spam", "Looks like spam"),
                ("all", "All")]  # fmt: skip

    def choices(self, changelist):
        choices = list(super().choices(changelist))
        choices[0]["display"] = "Awaiting review"
        return choices

    def queryset(self, request, rows):
        match self.value():
            case "accepted" | "declined" as status:
                return rows.filter(status=status)
            case "spam":
                return rows.filter(status=Status.WAITING).exclude(suspicion="")
            case "all":
                return rows
        return rows.waiting()


class WhatFilter(admin.SimpleListFilter):
    title = "what"
    parameter_name = "what"

    def lookups(self, request, model_admin):
        return [("resource", "A new resource"), ("edit", "An edit"), ("comment", "From a comment")]

    def queryset(self, request, rows):
        match self.value():
            case "resource":
                return rows.filter(revision=None)
            case "edit":
                return rows.exclude(revision=None)
            case "comment":
                return rows.exclude(comment=None)
        return rows


@admin.register(Suggestion)
class SuggestionAdmin(PolicyAdmin):
    list_display = ["what", "kind_of", "name", "state", "age"]
    list_filter = [StateFilter, WhatFilter]
    search_fields = ["title", "url", "name", "email"]
    search_help_text = "Search by title, web address, or who suggested it"
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["put_aside", "take_back"]

    # --- the list -----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            rows = rows.select_related("content_type").prefetch_related(with_items())
        return rows

    @admin.display(description="suggestion", ordering="title")
    def what(self, row):
        return str(row)

    @admin.display(description="what")
    def kind_of(self, row):
        if row.is_edit:
            return f"Edit to a {row.content_type.model.replace('wikipage', 'page')}"
        return f"New {row.get_kind_display().lower()}" if row.kind else "New resource"

    @admin.display(description="state", ordering="status")
    def state(self, row):
        name = "spam" if row.suspicion else row.status
        words = row.suspicion or row.get_status_display()
        return format_html('<span class="cw-stage cw-suggestion-{}">{}</span>', name, words)

    @admin.display(description="age", ordering="created_at")
    def age(self, row):
        return timesince(row.created_at, depth=1)

    @action("change", "Mark as spam (no email is sent)")
    def put_aside(self, request, rows):
        count = deciding.put_aside(rows, request.user)
        messages.success(request, f"{count} marked as spam. They will be deleted after a month.")

    @action("change", "Not spam: return to review")
    def take_back(self, request, rows):
        messages.success(request, f"{deciding.take_back(rows)} returned to review.")

    # --- one suggestion -----------------------------------------------------------------------

    def change_view(self, request: HttpRequest, object_id, form_url="", extra_context=None):
        rows = Suggestion.objects.select_related("revision", "comment", "decided_by", "became")
        key = whole_number(object_id)
        row = rows.filter(pk=key).first() if key else None
        if row is None:
            raise Http404("no such suggestion")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        review = (EditReview if row.is_edit else ResourceReview)(request, row)
        if request.method == "POST":
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            if answer := self._decide(request, review):
                return answer
        context = {
            **self.admin_site.each_context(request),
            "title": f"Suggestion: {row}",
            "opts": self.opts,
            "row": row,
            "review": review,
            "form": review.form,
            "is_waiting": row.status == Status.WAITING,
            "may_decide": self.has_change_permission(request, row),
            "may_publish": self.may(request, "publish", row),
            "list_url": reverse("admin:wiki_suggestion_changelist"),
        }
        return TemplateResponse(request, review.template, context)

    def _decide(self, request: HttpRequest, review: "Review") -> HttpResponse | None:
        """Do what the button says; None where something is wrong, which `review` then shows."""
        act = request.POST.get("decide", "")
        try:
            done = review.decline() if act == "decline" else review.accept(act)
        except deciding.AlreadyDecided as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(request.path)
        except deciding.CannotDecide as error:
            review.fail(error)
            return None
        if not done:
            return None
        words, to = done
        # The log keeps no names of readers.
        self.log_change(request, review.row, f"{review.row.get_status_display()}.")
        messages.success(request, words)
        return HttpResponseRedirect(to)


class Review:
    """One request of a curator about one suggestion."""

    template = ""

    def __init__(self, request: HttpRequest, row: Suggestion) -> None:
        self.request, self.row = request, row
        self.item = row.item
        self.problem = ""
        self.form = self.make_form(request.POST if request.method == "POST" else None)

    def make_form(self, data):
        raise NotImplementedError

    def accept(self, act: str) -> tuple[str, str] | None:
        raise NotImplementedError

    def decline(self) -> tuple[str, str] | None:
        answer = AnswerForm(self.request.POST)
        if not answer.is_valid():
            self.problem = "Shorten the reply."
            return None
        deciding.decline(self.row, self.request.user, answer.cleaned_data["answer"])
        return "Declined." + self._mailed(), reverse("admin:wiki_suggestion_changelist")

    def fail(self, error: deciding.CannotDecide) -> None:
        self.problem = str(error)

    def _mailed(self) -> str:
        return " The reader gets an email." if self.row.email else ""


class EditReview(Review):
    """An edit: what it would change of the page as it is now."""

    template = "admin/suggestion_edit.html"

    def make_form(self, data) -> EditedForm | AnswerForm:
        self.changes, self.conflicts, self.others = [], [], []
        item = deciding.item_of(self.row)
        if item is None or self.row.status != Status.WAITING:
            base = self._base()
            if self.item is not None and base:
                new = self.row.revision.content
                self.changes = revisions.changes(base.content, new, type(self.item))
            return AnswerForm(data)
        merged = deciding.merged_of(self.row, item)
        self.seen = deciding.last_number(item)
        present = as_stored(revisions.content_of(item))
        self.changes = revisions.changes(present, merged.content, type(item))
        self.conflicts = [
            (label_of(item, name), conflict) for name, conflict in merged.conflicts.items()
        ]
        base = self._base()
        if base and base.number != self.seen:
            self.others = revisions.changes(base.content, present, type(item))
        return EditedForm(item, merged.content, self.seen, data)

    def _base(self):
        if self.item is None:
            return None
        return revisions.history(self.item).filter(number=self.row.revision.base).first()

    def accept(self, act: str) -> tuple[str, str] | None:
        if not isinstance(self.form, EditedForm):
            # It was decided meanwhile, or its page is in the trash: the act says which.
            deciding.accept_edit(self.row, self.request.user)
        elif self.form.is_valid():
            said = self.form.cleaned_data
            deciding.accept_edit(
                self.row,
                self.request.user,
                self.form.new_content,
                said["answer"],
                seen=said["seen"],
                reason=said["reason"],
            )
            return (
                f"Accepted: “{self.row}” was updated, with credit to "
                f"{self.row.name}." + self._mailed(),
                reverse("admin:wiki_suggestion_changelist"),
            )
        return None

    def fail(self, error: deciding.CannotDecide) -> None:
        super().fail(error)
        if isinstance(error, deciding.ChangedMeanwhile) and isinstance(self.form, EditedForm):
            # What is compared on this page is what stands there now; the next press means that.
            data = self.form.data.copy()
            data["seen"] = self.seen
            self.form.data = data


class ResourceReview(Review):
    """A new resource: what is at its address already, and what would be made."""

    template = "admin/suggestion_resource.html"

    def make_form(self, data) -> NewResourceForm:
        self.known = list(duplicates.at_this_address(self.row.url)[:5])
        return NewResourceForm(self.row, data)

    def accept(self, act: str) -> tuple[str, str] | None:
        publish = act == "publish"
        if publish:
            policy.require(self.request.user, "publish", self.row)
        if not self.form.is_valid():
            return None
        resource = deciding.accept_resource(
            self.row,
            self.request.user,
            self.form.values,
            self.form.cleaned_data["answer"],
            publish=publish,
        )
        page = reverse("admin:wiki_resource_change", args=[resource.pk])
        if publish:
            return f"“{resource}” was published.{self._mailed()} Add topics and states here.", page
        told = " The reader gets an email when you publish it." if self.row.email else ""
        return f"A draft was created. Complete it, then publish it.{told}", page
