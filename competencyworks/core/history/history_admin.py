"""An item's history in the admin: comparing, restoring, and the acts on its working copy."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import models, transaction
from django.db.models.fields.json import KT
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from .. import revisions
from ..asking_before_saving import Question
from ..models import Revision
from ..numbers import LARGEST_REVISION, whole_number
from ..one_line import LineFormField
from .applying import as_stored, label_of
from .changes import changes
from .editing import name_of
from .merging import merge
from .working import Collides, content_at, hold, working_copy

ON_A_PAGE = 50
STAGES = {"draft": "draft", "review": "in review", "withdrawn": "withdrawn"}
NOW, WORKING = "now", "working"


class RestoreForm(forms.Form):
    reason = LineFormField(
        label="Reason",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Optional. Saved in the history for your colleagues.",
    )
    state_too = forms.BooleanField(
        label="Also restore state and dates",
        required=False,
        help_text="If not selected, a published item stays published and a draft stays a draft.",
    )


def stage_of(row: Revision) -> str:
    """The state that the item had with this revision, where readers did not see it at once."""
    if row.visible_from is None:
        return STAGES.get(row.status, "")
    return "scheduled" if row.visible_from > row.created_at else ""


class HistoryAdmin:
    """Mixin for the admin of what has revisions. Stands before EditingAdmin."""

    object_history_template = "admin/publishable_history.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        pages = [
            ("<int:pk>/compare/", self.compare_view, "compare", "view"),
            ("<int:pk>/restore/<int:number>/", self.restore_view, "restore", "change"),
            ("<int:pk>/working/preview/", self.working_preview, "working_preview", "view"),
            ("<int:pk>/working/release/", self.release_view, "working_release", "publish"),
            ("<int:pk>/working/discard/", self.discard_view, "working_discard", "change"),
        ]
        own = [
            self.page(route, view, act=act, name=f"{name}_{page}")
            for route, view, page, act in pages
        ]
        return [*own, *super().get_urls()]

    def put_back(self, by, item: models.Model, content: dict, answer: str = "") -> list[str]:
        """
        Give `item` (locked) the `content` of a revision or working copy, as the user `by` wishes;
        see revisions.apply(). `answer` is the further answer that was given to a question.

        A kind whose changes are told to others, or rewrite others, does it by its own acts.
        """
        return revisions.apply(item, content)

    def questions_about_content(
        self,
        request: HttpRequest,
        item: models.Model,
        content: dict,
        *,
        state_too: bool = False,
        at: datetime | None = None,
    ) -> list[Question]:
        """
        What to know before put_back() gives `item` this `content` (at the moment `at`; left out,
        now), or before its state is restored too: for the pages that ask.
        """
        return []

    def _answer(self, request: HttpRequest) -> str:
        return next((name for name in self.further_answers if name in request.POST), "")

    def what_follows(self, by, item: models.Model, content: dict, answer: str) -> list[str]:
        """What is said once put_back() is done, of what comes of it elsewhere: mails, say."""
        return []

    @staticmethod
    def _asked(questions: list[Question], act: str) -> dict[str, Any]:
        """For the templates: what to know, and the further buttons of the page before `act`."""
        further = dict(question.answer for question in questions if question.answer)
        return {
            "questions": questions,
            "further": [(name, words.format(act)) for name, words in further.items()],
        }

    # --- history ------------------------------------------------------------------------------

    def history_view(self, request, object_id, extra_context=None):
        """The revisions, two of which can be compared; Django's own log below them."""
        item = self.get_object(request, object_id)
        if item is None or not self.has_view_permission(request, item):
            raise Http404("no such item")
        rows = revisions.history(item).defer("content").select_related("author")
        rows = rows.annotate(status=KT("content__status"))
        page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("revisions"))
        for row in page:
            row.by = name_of(row.author)
            row.stage = stage_of(row)
        numbers = [row.number for row in page]
        extra = {
            "page": page,
            "numbers": numbers,
            "from_number": numbers[1] if len(numbers) > 1 else None,
            "copy": working_copy(item),
            "may_restore": self._may_restore(request, item),
            "compare_url": self._url("compare", item),
            **self._addresses(item),
        }
        return super().history_view(request, object_id, {**extra, **(extra_context or {})})

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Two revisions side by side; `to` may also be 'now', or 'working' for the copy."""
        item = self._one(request, pk)
        old, old_said, old_number = self._content(item, request.GET.get("from", ""))
        new, new_said, _ = self._content(item, request.GET.get("to", NOW))
        return self._history_page(
            request,
            "admin/compare.html",
            item,
            f"Changes to “{item}”",
            changes=changes(old, new, self.model),
            old=old_said,
            new=new_said,
            restore_number=old_number if self._may_restore(request, item) else None,
        )

    def _content(self, item: models.Model, name: str) -> tuple[dict, dict[str, Any], int | None]:
        """Content, what is said of it, and number, of what the address calls `name`."""
        if name == NOW:
            stored = as_stored(revisions.content_of(item))
            return stored, {"title": "Current version"}, None
        if name == WORKING:
            row = working_copy(item)
        elif number := whole_number(name, LARGEST_REVISION):
            rows = revisions.history(item).select_related("author")
            row = rows.filter(number=number).first()
        else:
            row = None
        if row is None:
            raise Http404("no such revision")
        title = f"Number {row.number}" if row.number else "The working copy"
        return row.content, {"title": title, "row": row, "by": name_of(row.author)}, row.number

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Shows what would change, and restores when confirmed."""
        item = self._one(request, pk)
        if item.trashed_at:
            messages.warning(request, f"“{item}” is in the trash. Restore it first.")
            return HttpResponseRedirect(self._url("history", item))
        revision = revisions.history(item).select_related("author").filter(number=number).first()
        if revision is None:
            raise Http404("no such revision")
        form = RestoreForm(request.POST if request.method == "POST" else None)
        if not self.may_publish(request):
            del form.fields["state_too"]
        if request.method == "POST" and form.is_valid():
            data, answer = form.cleaned_data, self._answer(request)
            follows = self.what_follows(request.user, item, revision.content, answer)
            try:
                told = self._restore(request, item, revision, data["reason"], data.get("state_too"))
            except revisions.CannotApply as error:
                form.add_error(None, f"It cannot be restored: {error}")
            else:
                self.log_change(request, item, f"Restored revision {number}.")
                messages.success(request, f"“{item}” was restored to revision {number}.")
                self._tell(request, follows, told)
                return HttpResponseRedirect(self._url("change", item))
        now = as_stored(revisions.content_of(item))
        return self._history_page(
            request,
            "admin/restore.html",
            item,
            f"Restore “{item}” to revision {number}",
            revision=revision,
            by=name_of(revision.author),
            form=form,
            changes=changes(now, revision.content, self.model, without=self._kept(form)),
            **self._asked(
                self.questions_about_content(
                    request, item, revision.content, state_too="state_too" in form.fields
                ),
                "Restore",
            ),
        )

    @staticmethod
    def _kept(form: forms.Form) -> tuple[str, ...]:
        """The fields that restoring leaves as they are."""
        return () if form.data.get("state_too") else ("status", "publish_at", "unpublish_at")

    @transaction.atomic
    def _restore(self, request, item, revision: Revision, reason: str, state_too) -> list[str]:
        locked = self.model._base_manager.select_for_update().get(pk=item.pk)
        told = self.put_back(request.user, locked, revision.content, self._answer(request))
        if state_too:
            kept = {name: revision.content[name] for name in self._kept(forms.Form())
                    if name in revision.content}  # fmt: skip
            told += revisions.apply(locked, kept, only=tuple(kept))
        revisions.record(locked, request.user, reason or f"Restored revision {revision.number}")
        return told

    # --- the working copy ---------------------------------------------------------------------

    def working_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page as it would be with the working copy."""
        item = self._one(request, pk)
        copy = self._copy(item)
        with transaction.atomic():
            revisions.apply(item, copy.content)
            response = self.render_preview(request, item)
            if hasattr(response, "render"):
                response.render()
            transaction.set_rollback(True)
        response["Cache-Control"] = "no-store"
        return response

    def release_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Puts the working copy in public when confirmed, merged with what changed meanwhile."""
        item = self._one(request, pk)
        copy = self._copy(item)
        now = as_stored(revisions.content_of(item))
        merged = merge(content_at(item, copy.base), copy.content, now)
        if request.method == "POST":
            try:
                return self._release(request, item, merged.content)
            except revisions.CannotApply as error:
                messages.error(request, f"It cannot be published: {error}")
        return self._history_page(
            request,
            "admin/working_release.html",
            item,
            f"Publish the working copy of “{item}”",
            copy=copy,
            by=name_of(copy.author),
            collisions=[label_of(self.model, name) for name in merged.conflicts],
            changes=changes(now, merged.content, self.model, without=self._kept(forms.Form())),
            **self._asked(self.questions_about_content(request, item, merged.content), "Publish"),
        )

    @transaction.atomic
    def release(self, item: models.Model, by, answer: str = "") -> list[str]:
        """
        Put the working copy of `item` in public, by the user `by`, merged with what changed
        meanwhile; `answer` as in put_back(), and it returns what that does. Raises Collides,
        revisions.CannotApply.
        """
        hold(ContentType.objects.get_for_model(item).pk, item.pk)
        locked = self.model._base_manager.select_for_update().get(pk=item.pk)
        copy = self._copy(locked)
        now = as_stored(revisions.content_of(locked))
        merged = merge(content_at(item, copy.base), copy.content, now)
        if conflicts := set(merged.conflicts) - set(self._kept(forms.Form())):
            raise Collides(", ".join(label_of(self.model, name) for name in sorted(conflicts)))
        told = self.put_back(by, locked, merged.content, answer)
        revisions.record(locked, by, copy.reason or "Published the working copy")
        copy.delete()
        return told

    def _release(self, request: HttpRequest, item: models.Model, content: dict) -> HttpResponse:
        answer = self._answer(request)
        follows = self.what_follows(request.user, item, content, answer)
        try:
            told = self.release(item, request.user, answer)
        except Collides as error:
            messages.warning(
                request,
                f"The published version was changed in the same places: {error}. Publish the "
                "working copy from this form, where you can see both versions.",
            )
            return HttpResponseRedirect(f"{self._url('change', item)}?working=1")
        item.refresh_from_db()
        self.log_change(request, item, "Published the working copy.")
        messages.success(request, f"The working copy of “{item}” has been published.")
        self._tell(request, follows, told)
        return HttpResponseRedirect(self._url("change", item))

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Throws the working copy away when confirmed."""
        item = self._one(request, pk)
        copy = self._copy(item)
        if request.method == "POST":
            with transaction.atomic():
                hold(copy.content_type_id, item.pk)
                copy.delete()
            self.log_change(request, item, "Discarded the working copy.")
            messages.success(request, "The working copy was discarded. Readers see no change.")
            return HttpResponseRedirect(self._url("change", item))
        now = as_stored(revisions.content_of(item))
        return self._history_page(
            request,
            "admin/working_discard.html",
            item,
            f"Discard the working copy of “{item}”",
            copy=copy,
            by=name_of(copy.author),
            changes=changes(now, copy.content, self.model),
        )

    # --- what these pages have in common ------------------------------------------------------

    def _one(self, request: HttpRequest, pk: int) -> models.Model:
        return self.get_queryset(request).get(pk=pk)  # the policy looked for it already

    @staticmethod
    def _copy(item: models.Model) -> Revision:
        copy = working_copy(item)
        if copy is None:
            raise Http404("no working copy")
        return copy

    def _may_restore(self, request: HttpRequest, item) -> bool:
        return self.has_change_permission(request, item) and item.trashed_at is None

    def _tell(self, request: HttpRequest, follows: list[str], left_out: list[str]) -> None:
        for line in follows:
            messages.success(request, line)
        for line in left_out:
            messages.warning(request, f"Not restored: {line}")

    def _addresses(self, item: models.Model) -> dict[str, str]:
        pages = ("compare", "working_preview", "working_release", "working_discard", "change")
        return {f"{page}_url": self._url(page, item) for page in pages}

    def _history_page(self, request, template: str, item, title: str, **more) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "item": item,
            "opts": self.opts,
            "media": self.media,
            "list_url": self._list_url(),
            "history_url": self._url("history", item),
            **self._addresses(item),
            **more,
        }
        return TemplateResponse(request, template, context)
