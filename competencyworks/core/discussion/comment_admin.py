"""The moderators' workplace: what waits, one comment with all that helps to judge it, the acts."""

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.prefetch import GenericPrefetch
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
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.utils.timesince import timesince

from .. import policy, revisions
from ..background.bulk_acts import AT_ONCE
from ..bulk_actions import leave_to_worker
from ..client_address import client_address
from ..models import Ban, Comment, CommentDecision
from ..one_line import LineFormField
from ..policy_admin import PolicyAdmin, action
from ..prose.cleaning import clean_html
from ..visible_text import is_visible
from . import moderation
from .banning import CannotBan, ban_writers
from .bulk_decisions import BULK, BULK_BANNED
from .comment_filters import (
    AgeFilter,
    ItemKindFilter,
    ReportedFilter,
    StatusFilter,
)
from .comment_words import matching
from .folding import text_of
from .marks import words_of
from .surroundings import Surroundings
from .threads import discussed_kinds

Status = Comment.Status
EXCERPT, SHORT = 300, 100  # characters
ACTS = {  # status → (words of the button, what was done, key)
    Status.APPROVED: ("Approve", "approved", "a"),
    Status.SPAM: ("Spam", "marked as spam", "s"),
    Status.TRASH: ("Trash", "moved to the trash", "t"),
    Status.WAITING: ("Return to review", "returned to review", "w"),
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
        help_text="HTML. Allowed tags: p, a, em, strong, blockquote, ul, ol, li, code. Other "
        "tags are removed.",
    )
    revision_reason = LineFormField(
        label="Reason for the change",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Optional. Saved in the history for your colleagues.",
    )

    class Meta:
        model = Comment
        fields = ["name", "website", "body", "is_pinned"]

    def clean_body(self) -> str:
        """What is stored is cleaned, so that is what must say something."""
        body = clean_html(self.cleaned_data["body"])
        if not is_visible(words_of(body)):
            raise forms.ValidationError(
                "This text would be empty. Enter some text, or move the comment to the trash."
            )
        return body


class CommentAdmin(PolicyAdmin):
    form = CommentForm
    list_display = ["writer", "words", "age", "acts"]
    list_display_links = None
    list_filter = [StatusFilter, "kind", ReportedFilter, AgeFilter, ItemKindFilter]
    search_fields = ["body"]
    search_help_text = (
        "Search by name, email address, or text. Use quotation marks for a phrase and a minus "
        "sign to exclude a word."
    )
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    actions_on_bottom = True
    actions = ["approve", "mark_spam", "trash", "back_to_waiting", "ban_addresses", "ban_networks"]
    change_list_template = "admin/core/comment_list.html"
    change_form_template = "admin/core/comment_form.html"
    fieldsets = [
        (
            "Edit the comment",
            {"fields": ["name", "website", "body", "revision_reason"]},
        ),
        ("Position", {"fields": ["is_pinned"]}),
    ]

    class Media:
        js = ["competencyworks/admin/moderation.js"]

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
        words = _words(comment)
        context = {
            "comment": comment,
            "words": Truncator(words).chars(EXCERPT),
            "is_cut": len(words) > EXCERPT,
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

    asks_about_one = False  # moderators decide on one by one quickly, and can take it back

    def described(self, comment):
        words = Truncator(_words(comment)).chars(SHORT)
        return f"{comment.name or 'Somebody'}: {words}"

    # --- acts on several ----------------------------------------------------------------------

    @action("change", "Approve", asks=("Approve {}?", "Approve"), at_once=AT_ONCE)
    def approve(self, request, rows):
        return self._decide_each(request, rows, Status.APPROVED)

    @action(
        "change",
        "Mark as spam",
        asks=("Mark {} as spam?", "Mark as spam"),
        at_once=AT_ONCE,
    )
    def mark_spam(self, request, rows):
        return self._decide_each(request, rows, Status.SPAM)

    @action(
        "change",
        "Move to the trash",
        asks=("Move {} to the trash?", "Move to the trash"),
        at_once=AT_ONCE,
    )
    def trash(self, request, rows):
        return self._decide_each(request, rows, Status.TRASH)

    @action(
        "change",
        "Return to review",
        asks=("Return {} to review?", "Return to review"),
        at_once=AT_ONCE,
    )
    def back_to_waiting(self, request, rows):
        return self._decide_each(request, rows, Status.WAITING)

    @action(
        "ban",
        "Ban the email addresses and mark as spam",
        asks=("Ban the email addresses of {}?", "Ban and mark as spam"),
        at_once=AT_ONCE,
    )
    def ban_addresses(self, request, rows):
        return self._ban_writers(request, rows, Ban.Kind.EMAIL)

    @action(
        "ban",
        "Ban the networks and mark as spam",
        asks=("Ban the networks of {}?", "Ban and mark as spam"),
        at_once=AT_ONCE,
    )
    def ban_networks(self, request, rows):
        return self._ban_writers(request, rows, Ban.Kind.SENDER)

    def _decide_each(self, request, rows, status: str) -> HttpResponse | None:
        """Decide on those that still are as the list showed them; many are left to the worker."""
        wanted, unseen = [], 0
        for comment in sorted(rows, key=lambda comment: comment.pk):
            seen = request.POST.get(f"seen-{comment.pk}")
            if seen is None and status == Status.APPROVED:
                unseen += 1  # on another page of the list, or come since it was shown
            elif (seen or comment.status).partition(".")[0] != status:
                wanted.append((comment, seen))
        answer = None
        if len(wanted) > AT_ONCE:
            versions = {comment.pk: seen or comment.version for comment, seen in wanted}
            answer = leave_to_worker(request, BULK[status], Comment, versions)
        elif done := sum(self._decide(request, each, status, seen) for each, seen in wanted):
            what = "One comment" if done == 1 else f"{done} comments"
            messages.success(request, f"{what} {ACTS[status][1]}.")
        if unseen:
            what = "One comment was" if unseen == 1 else f"{unseen} comments were"
            messages.warning(
                request,
                f"{what} not on the page you saw, and not approved. Go through the list page by "
                "page.",
            )
        return answer

    def _decide(self, request, comment, status: str, seen: str | None) -> bool:
        """Decide, or tell the moderator why nothing was decided."""
        try:
            is_done = moderation.decide(
                comment,
                status,
                source=CommentDecision.Source.MODERATOR,
                reason=f"{ACTS[status][1].capitalize()} by {request.user}.",
                by=request.user,
                seen=seen,
            )
        except moderation.WordsChanged:
            messages.warning(
                request,
                f"The comment by {comment} was changed after this page was shown, so no decision "
                f"was made. It now reads: “{_excerpt(comment)}”",
            )
            return False
        if not is_done:
            messages.warning(
                request,
                f"Somebody else has already decided on the comment by {comment}: it is now "
                f"“{comment.get_status_display()}” ({comment.reason}). It was not changed.",
            )
        return is_done

    def _ban_writers(self, request, rows, kind: str) -> HttpResponse | None:
        """Ban at once, as nothing more shall come; many comments are marked by the worker."""
        comments = sorted(rows, key=lambda comment: comment.pk)
        many = len(comments) > AT_ONCE
        try:
            made = ban_writers(
                comments,
                kind,
                by=request.user,
                marks_spam=not many,
                own_address=client_address(request),
            )
        except CannotBan as error:
            messages.error(request, str(error))
            return None
        what = "address" if kind == Ban.Kind.EMAIL else "network"
        plural = "" if made == 1 else "es" if what == "address" else "s"
        if many:
            messages.success(request, f"{made} {what}{plural} banned.")
            versions = {comment.pk: "" for comment in comments}
            return leave_to_worker(request, BULK_BANNED[kind], Comment, versions)
        messages.success(
            request, (f"{made} {what}{plural} banned; the comments were marked as spam.")
        )
        return None

    # --- one comment --------------------------------------------------------------------------

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.method == "POST":
            # The form has put what was typed on `obj`. What is decided on is what is stored.
            obj = context["original"] = Comment.objects.get(pk=obj.pk)
        context |= {
            "acts": [(s, *words) for s, words in ACTS.items() if obj and s != obj.status],
            "decide_url": obj and reverse("admin:core_comment_decide", args=[obj.pk]),
            "around": obj and Surroundings(obj),
            "may_moderate": self.has_change_permission(request),
            "may_ban": self.may(request, "ban"),
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
        decide = self.page(
            "<int:pk>/decide/", self.decide, act="change", name="core_comment_decide"
        )
        return [decide, *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """
        One button: POST `decide` as 'status.version', with the Comment.version that was shown, or
        `ban` as a kind of ban. Leads back to `next`.
        """
        comment = Comment.objects.get(pk=pk)
        if request.method == "POST":
            status, _, seen = request.POST.get("decide", "").partition(".")
            if request.POST.get("ban") in (Ban.Kind.EMAIL, Ban.Kind.SENDER):
                policy.require(request.user, "ban", comment)
                self._ban_writers(request, [comment], request.POST["ban"])
            elif status not in ACTS:
                return HttpResponseBadRequest("There is no such act.")
            elif self._decide(request, comment, status, seen):
                messages.success(request, f"The comment by {comment} was {ACTS[status][1]}.")
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, None):
            back = reverse("admin:core_comment_change", args=[pk])
        return HttpResponseRedirect(back)


def _words(comment: Comment) -> str:
    return " ".join(text_of(comment.body).split())


def _excerpt(comment: Comment) -> str:
    return Truncator(_words(comment)).chars(EXCERPT)


def _reports():
    """How many readers reported the comment."""
    found = Comment.objects.filter(pk=OuterRef("pk")).values("pk")
    return Coalesce(Subquery(found.annotate(n=Count("reports")).values("n")), 0)
