"""The moderators' workplace: what waits, one comment with all that helps to judge it, the acts."""

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.utils.timesince import timesince

from .. import revisions
from ..models import Ban, Comment, CommentDecision
from . import moderation
from .banning import CannotBan, ban_writers
from .comment_filters import (
    AgeFilter,
    ItemKindFilter,
    ReportedFilter,
    StatusFilter,
)
from .comment_words import matching
from .folding import text_of
from .surroundings import Surroundings
from .threads import discussed_kinds

Status = Comment.Status
MODERATE = "core.moderate_comment"
BAN = "core.add_ban"
EXCERPT = 300  # characters
ACTS = {  # status → (words of the button, what was done, key)
    Status.APPROVED: ("Approve", "approved", "a"),
    Status.SPAM: ("Spam", "marked as spam", "s"),
    Status.TRASH: ("Trash", "put in the trash", "t"),
    Status.WAITING: ("Back to waiting", "sent back to waiting", "w"),
}


class CommentForm(forms.ModelForm):
    """What a moderator may change: words that came with a comment, and its place."""

    website = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    body = forms.CharField(
        label="Text",
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        help_text="As HTML: p, a, em, strong, blockquote, ul, ol, li, code. Anything else goes.",
    )
    revision_reason = forms.CharField(
        label="Why did you change it?",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Kept in the history, for your colleagues. May stay empty.",
    )

    class Meta:
        model = Comment
        fields = ["name", "website", "body", "is_pinned"]


class CommentAdmin(admin.ModelAdmin):
    form = CommentForm
    list_display = ["writer", "words", "age", "acts"]
    list_display_links = None
    list_filter = [StatusFilter, "kind", ReportedFilter, AgeFilter, ItemKindFilter]
    search_fields = ["body"]
    search_help_text = "Words anywhere in name, address and text, “phrases”, -without"
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    actions_on_bottom = True
    actions = ["approve", "mark_spam", "trash", "back_to_waiting", "ban_addresses", "ban_networks"]
    change_list_template = "admin/core/comment_list.html"
    change_form_template = "admin/core/comment_form.html"
    fieldsets = [
        ("Change its words", {"fields": ["name", "website", "body", "revision_reason"]}),
        ("Place", {"fields": ["is_pinned"]}),
    ]

    class Media:
        js = ["competencyworks/admin/moderation.js"]

    # --- who may ------------------------------------------------------------------------------

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """Spam and trash are emptied by the worker; a person's data are erased as a whole."""
        return False

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm(MODERATE)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(MODERATE) or request.user.has_perm("core.view_comment")

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not request.user.has_perm(BAN):
            for name in ("ban_addresses", "ban_networks"):
                actions.pop(name, None)
        return actions

    # --- the list -----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        if request.resolver_match.url_name != "core_comment_changelist":
            return rows
        mine = Comment.objects.filter(email=OuterRef("email"), status=Status.APPROVED)
        approved = mine.exclude(email="").order_by().values("email").annotate(n=Count("pk"))
        items = [model._base_manager.only("title", "path") for model in discussed_kinds().values()]
        return (
            rows.annotate(approved=Coalesce(Subquery(approved.values("n")), 0))
            .annotate(reported=_reports())
            .prefetch_related(GenericPrefetch("item", items))
        )

    def get_list_display(self, request):
        may = self.has_change_permission(request)
        return self.list_display if may else [name for name in self.list_display if name != "acts"]

    def get_search_results(self, request, rows, term):
        return (matching(rows, term), False) if term.strip() else (rows, False)

    def changelist_view(self, request, extra_context=None):
        extra = {
            "title": "Comments",
            "acts": ACTS.values(),
            "may_moderate": self.has_change_permission(request),
        }
        extra |= extra_context or {}
        return super().changelist_view(request, extra)

    @admin.display(description="writer", ordering="name")
    def writer(self, comment):
        return render_to_string("admin/core/comment_writer.html", {"comment": comment})

    @admin.display(description="comment")
    def words(self, comment):
        context = {
            "comment": comment,
            "words": Truncator(" ".join(text_of(comment.body).split())).chars(EXCERPT),
            "url": reverse("admin:core_comment_change", args=[comment.pk]),
        }
        return render_to_string("admin/core/comment_words.html", context)

    @admin.display(description="age", ordering="created_at")
    def age(self, comment):
        return render_to_string(
            "admin/core/comment_age.html",
            {"comment": comment, "age": timesince(comment.created_at, depth=1)},
        )

    @admin.display(description="decide")
    def acts(self, comment):
        context = {
            "comment": comment,
            "url": reverse("admin:core_comment_decide", args=[comment.pk]),
            "acts": [
                (status, *words) for status, words in ACTS.items() if status != comment.status
            ][:3],
        }
        return render_to_string("admin/core/comment_acts.html", context)

    # --- acts on several ----------------------------------------------------------------------

    @admin.action(description="Approve", permissions=["change"])
    def approve(self, request, rows):
        self._decide_each(request, rows, Status.APPROVED)

    @admin.action(description="Mark as spam", permissions=["change"])
    def mark_spam(self, request, rows):
        self._decide_each(request, rows, Status.SPAM)

    @admin.action(description="Move to the trash", permissions=["change"])
    def trash(self, request, rows):
        self._decide_each(request, rows, Status.TRASH)

    @admin.action(description="Send back to waiting", permissions=["change"])
    def back_to_waiting(self, request, rows):
        self._decide_each(request, rows, Status.WAITING)

    @admin.action(description="Ban the e-mail addresses, and mark as spam", permissions=["change"])
    def ban_addresses(self, request, rows):
        self._ban_writers(request, rows, Ban.Kind.EMAIL)

    @admin.action(description="Ban the networks, and mark as spam", permissions=["change"])
    def ban_networks(self, request, rows):
        self._ban_writers(request, rows, Ban.Kind.SENDER)

    def _decide_each(self, request, rows, status: str) -> None:
        """Decide on those that still have the status that the list showed."""
        done, late = 0, []
        for comment in sorted(rows, key=lambda comment: comment.pk):
            seen = request.POST.get(f"seen-{comment.pk}", comment.status)
            if seen == status:
                continue
            if self._decide(request, comment, status, seen):
                done += 1
            else:
                late.append(comment)
        if done:
            what = "One comment" if done == 1 else f"{done} comments"
            messages.success(request, f"{what} {ACTS[status][1]}.")
        for comment in late:
            self._tell_late(request, comment)

    def _decide(self, request, comment, status: str, seen: str) -> bool:
        return moderation.decide(
            comment,
            status,
            source=CommentDecision.Source.MODERATOR,
            reason=f"{ACTS[status][1].capitalize()} by {request.user}.",
            by=request.user,
            seen=seen,
        )

    def _tell_late(self, request, comment) -> None:
        messages.warning(
            request,
            f"Somebody decided on the comment of {comment} meanwhile: it is now "
            f"“{comment.get_status_display()}” ({comment.reason}). It was left so.",
        )

    def _ban_writers(self, request, rows, kind: str) -> None:
        if not request.user.has_perm(BAN):
            raise PermissionDenied
        comments = sorted(rows, key=lambda comment: comment.pk)
        try:
            made = ban_writers(comments, kind, by=request.user)
        except CannotBan as error:
            messages.error(request, str(error))
            return
        what = "address" if kind == Ban.Kind.EMAIL else "network"
        plural = "" if made == 1 else "es" if what == "address" else "s"
        messages.success(request, f"{made} {what}{plural} banned; the comments are spam now.")

    # --- one comment --------------------------------------------------------------------------

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context |= {
            "acts": [(s, *words) for s, words in ACTS.items() if obj and s != obj.status],
            "decide_url": obj and reverse("admin:core_comment_decide", args=[obj.pk]),
            "around": obj and Surroundings(obj),
            "may_moderate": self.has_change_permission(request),
            "may_ban": request.user.has_perm(BAN),
            "title": f"Comment by {obj.name or 'somebody'}" if obj else "",
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        moderation.edit(obj, by=request.user, reason=form.cleaned_data["revision_reason"])
        if "is_pinned" in form.changed_data:
            moderation.pin(obj, obj.is_pinned)

    def history_view(self, request, object_id, extra_context=None):
        """Django's own log beside the revisions."""
        comment = self.get_object(request, object_id)
        if comment is None or not self.has_view_permission(request, comment):
            raise Http404("no such comment")
        extra = {"revisions": revisions.history(comment).select_related("author")}
        return super().history_view(request, object_id, {**extra, **(extra_context or {})})

    def get_urls(self):
        decide = path(
            "<int:pk>/decide/", self.admin_site.admin_view(self.decide), name="core_comment_decide"
        )
        return [decide, *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """
        One button: POST `decide` as 'status.seen status', or `ban` as a kind of ban. Leads back
        to `next`.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        comment = Comment.objects.filter(pk=pk).first()
        if comment is None:
            raise Http404("no such comment")
        if request.method == "POST":
            status, _, seen = request.POST.get("decide", "").partition(".")
            if request.POST.get("ban") in (Ban.Kind.EMAIL, Ban.Kind.SENDER):
                self._ban_writers(request, [comment], request.POST["ban"])
            elif status not in ACTS:
                return HttpResponseBadRequest("There is no such act.")
            elif self._decide(request, comment, status, seen or comment.status):
                messages.success(request, f"The comment of {comment} is {ACTS[status][1]}.")
            else:
                self._tell_late(request, comment)
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, None):
            back = reverse("admin:core_comment_change", args=[pk])
        return HttpResponseRedirect(back)


def _reports():
    """How many readers reported the comment."""
    found = Comment.objects.filter(pk=OuterRef("pk")).values("pk")
    return Coalesce(Subquery(found.annotate(n=Count("reports")).values("n")), 0)
