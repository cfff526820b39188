"""An item's history in the admin: comparing, restoring, and the acts on its working copy."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path

from .. import revisions
from ..models import Revision
from .applying import as_stored, label_of
from .changes import changes
from .editing import name_of
from .merging import merge
from .working import Collides, content_at, hold, working_copy

ON_A_PAGE = 50
NOW, WORKING = "now", "working"


class RestoreForm(forms.Form):
    reason = forms.CharField(
        label="Why?",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Kept in the history, for your colleagues. May stay empty.",
    )
    state_too = forms.BooleanField(
        label="State and dates too",
        required=False,
        help_text="Not ticked: what is public stays public, and a draft stays a draft.",
    )


class HistoryAdmin:
    """Mixin for the admin of what has revisions. Stands before EditingAdmin."""

    object_history_template = "admin/publishable_history.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        pages = [
            ("<int:pk>/compare/", self.compare_view, "compare"),
            ("<int:pk>/restore/<int:number>/", self.restore_view, "restore"),
            ("<int:pk>/working/preview/", self.working_preview, "working_preview"),
            ("<int:pk>/working/release/", self.release_view, "working_release"),
            ("<int:pk>/working/discard/", self.discard_view, "working_discard"),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"{name}_{page}")
            for route, view, page in pages
        ]
        return [*own, *super().get_urls()]

    def put_back(self, by, item: models.Model, content: dict) -> list[str]:
        """
        Give `item` (locked) the `content` of a revision or working copy, as the user `by` wishes;
        see revisions.apply().

        A kind whose changes are told to others, or rewrite others, does it by its own acts.
        """
        return revisions.apply(item, content)

    # --- history ------------------------------------------------------------------------------

    def history_view(self, request, object_id, extra_context=None):
        """The revisions, two of which can be compared; Django's own log below them."""
        item = self.get_object(request, object_id)
        if item is None or not self.has_view_permission(request, item):
            raise Http404("no such item")
        rows = revisions.history(item).defer("content").select_related("author")
        page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("revisions"))
        for row in page:
            row.by = name_of(row.author)
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
            f"“{item}”: what changed",
            changes=changes(old, new, self.model),
            old=old_said,
            new=new_said,
            restore_number=old_number if self._may_restore(request, item) else None,
        )

    def _content(self, item: models.Model, name: str) -> tuple[dict, dict[str, Any], int | None]:
        """Content, what is said of it, and number, of what the address calls `name`."""
        if name == NOW:
            stored = as_stored(revisions.content_of(item))
            return stored, {"title": "What is stored now"}, None
        if name == WORKING:
            row = working_copy(item)
        elif name.isdecimal() and len(name) < 10:
            rows = revisions.history(item).select_related("author")
            row = rows.filter(number=int(name)).first()
        else:
            row = None
        if row is None:
            raise Http404("no such revision")
        title = f"Number {row.number}" if row.number else "The working copy"
        return row.content, {"title": title, "row": row, "by": name_of(row.author)}, row.number

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Shows what would change, and restores when confirmed."""
        item = self._one(request, pk)
        if not self._may_restore(request, item):
            raise PermissionDenied
        revision = revisions.history(item).select_related("author").filter(number=number).first()
        if revision is None:
            raise Http404("no such revision")
        form = RestoreForm(request.POST if request.method == "POST" else None)
        if not self.may_publish(request):
            del form.fields["state_too"]
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                told = self._restore(request, item, revision, data["reason"], data.get("state_too"))
            except revisions.CannotApply as error:
                form.add_error(None, f"It cannot be restored so: {error}")
            else:
                self.log_change(request, item, f"Restored as it was in number {number}.")
                messages.success(request, f"“{item}” is as it was in number {number}.")
                self._tell_left_out(request, told)
                return HttpResponseRedirect(self._url("change", item))
        now = as_stored(revisions.content_of(item))
        return self._history_page(
            request,
            "admin/restore.html",
            item,
            f"Restore “{item}” as it was in number {number}",
            revision=revision,
            by=name_of(revision.author),
            form=form,
            changes=changes(now, revision.content, self.model, without=self._kept(form)),
        )

    @staticmethod
    def _kept(form: forms.Form) -> tuple[str, ...]:
        """The fields that restoring leaves as they are."""
        return () if form.data.get("state_too") else ("status", "publish_at", "unpublish_at")

    @transaction.atomic
    def _restore(self, request, item, revision: Revision, reason: str, state_too) -> list[str]:
        locked = self.model._base_manager.select_for_update().get(pk=item.pk)
        told = self.put_back(request.user, locked, revision.content)
        if state_too:
            kept = {name: revision.content[name] for name in self._kept(forms.Form())
                    if name in revision.content}  # fmt: skip
            told += revisions.apply(locked, kept, only=tuple(kept))
        revisions.record(locked, request.user, reason or f"As it was in number {revision.number}")
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
        if not (self.has_change_permission(request, item) and self.may_publish(request)):
            raise PermissionDenied
        if request.method == "POST":
            try:
                return self._release(request, item)
            except revisions.CannotApply as error:
                messages.error(request, f"It cannot be put in public so: {error}")
        now = as_stored(revisions.content_of(item))
        merged = merge(content_at(item, copy.base), copy.content, now)
        return self._history_page(
            request,
            "admin/working_release.html",
            item,
            f"Put the working copy of “{item}” in public",
            copy=copy,
            by=name_of(copy.author),
            collisions=[label_of(self.model, name) for name in merged.conflicts],
            changes=changes(now, merged.content, self.model, without=self._kept(forms.Form())),
        )

    @transaction.atomic
    def release(self, item: models.Model, by) -> list[str]:
        """
        Put the working copy of `item` in public, by the user `by`, merged with what changed
        meanwhile. Returns what put_back() does. Raises Collides, revisions.CannotApply.
        """
        hold(ContentType.objects.get_for_model(item).pk, item.pk)
        locked = self.model._base_manager.select_for_update().get(pk=item.pk)
        copy = self._copy(locked)
        now = as_stored(revisions.content_of(locked))
        merged = merge(content_at(item, copy.base), copy.content, now)
        if conflicts := set(merged.conflicts) - set(self._kept(forms.Form())):
            raise Collides(", ".join(label_of(self.model, name) for name in sorted(conflicts)))
        told = self.put_back(by, locked, merged.content)
        revisions.record(locked, by, copy.reason or "Working copy put in public")
        copy.delete()
        return told

    def _release(self, request: HttpRequest, item: models.Model) -> HttpResponse:
        try:
            told = self.release(item, request.user)
        except Collides as error:
            messages.warning(
                request,
                f"The public text changed in the same places: {error}. Put this form in public: "
                "it shows both, and you choose.",
            )
            return HttpResponseRedirect(f"{self._url('change', item)}?working=1")
        item.refresh_from_db()
        self.log_change(request, item, "Put the working copy in public.")
        messages.success(request, f"The working copy of “{item}” is public now.")
        self._tell_left_out(request, told)
        return HttpResponseRedirect(self._url("change", item))

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Throws the working copy away when confirmed."""
        item = self._one(request, pk)
        copy = self._copy(item)
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        if request.method == "POST":
            with transaction.atomic():
                hold(copy.content_type_id, item.pk)
                copy.delete()
            self.log_change(request, item, "Discarded the working copy.")
            messages.success(request, "The working copy is gone. Readers see what they saw.")
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
        item = self.get_queryset(request).filter(pk=pk).first()
        if item is None or not self.has_view_permission(request, item):
            raise Http404("no such item")
        return item

    @staticmethod
    def _copy(item: models.Model) -> Revision:
        copy = working_copy(item)
        if copy is None:
            raise Http404("no working copy")
        return copy

    def _may_restore(self, request: HttpRequest, item) -> bool:
        return self.has_change_permission(request, item) and item.trashed_at is None

    def _tell_left_out(self, request: HttpRequest, told: list[str]) -> None:
        for line in told:
            messages.warning(request, f"Not brought back: {line}")

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
