"""
The form of an item in the admin, when others may write too.

It carries the number of the revision that it was opened from. If somebody saved meanwhile, the
save merges field by field; where both changed the same, nothing is saved, and the form comes again
with both texts. The same save, rolled back, gives the content of a working copy.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages.storage import default_storage
from django.db import models, transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from .. import revisions
from ..form_preview import is_preview
from ..models import Revision
from ..numbers import LARGEST_REVISION, whole_number
from ..prose.richtext import RichTextField
from .applying import as_stored, label_of
from .changes import changes
from .inline_rows import as_new_rows
from .merging import Conflict, Merged, merge
from .schedule_form import ScheduleForm, said
from .working import content_at, hold, keep_working_copy, working_copy

KEEP, RELEASE = "_working", "_release"


class Overtaken(Exception):
    """Others saved meanwhile, and changed the same; nothing was saved."""


class SavedMeanwhile(Exception):
    """An act of another kind (publishing, say) came between reading and saving."""


class KeptAside(Exception):
    """The save was made to see what the item would hold."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self.content = content


class CannotKeep(Exception):
    """The form holds what no working copy can; the message is for staff."""


@dataclass
class Edit:
    """One request for the form of `item`, and what comes of it."""

    item: models.Model
    copy: Revision | None  # the working copy that there is
    last: int  # number of the newest revision, 0 before the first
    based_on: int  # number of the one that the form was opened from
    of_copy: bool = False  # the form shows the working copy
    keeps: bool = False  # it is to be kept as a working copy
    releases: bool = False  # the working copy in it is to be put in public
    schedule: ScheduleForm | None = None  # for those who may publish
    is_settled: bool = False  # its writer saw what others wrote up to `last`, and decided
    base: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)  # as far as it was merged
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    notice: str = ""
    is_saved: bool = False

    @property
    def is_overtaken(self) -> bool:
        return self.based_on != self.last and not self.keeps

    @property
    def shows_rows_whole(self) -> bool:
        """Whether the rows in the form need not be those that are stored."""
        return self.of_copy or self.based_on != self.last

    def take(self, merged: Merged) -> list[str]:
        """Note what `merged` says. Returns the fields that the others' changes are to be put on."""
        self.content |= merged.content
        self.conflicts |= merged.conflicts
        names = [name for name in merged.theirs if name not in merged.conflicts]
        self.taken += names
        return names


class EditingAdmin:
    """
    Mixin for the admin of what has revisions.

    An inline whose rows the revisions hold has `in_revisions = True`; a working copy refuses
    changes in others.
    """

    # What is said of a scheduled working copy that keeps one of the further answers.
    answers_said: dict[str, str] = {}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = super().changeform_view
        item = self._item_of(object_id)
        if item is None:
            return view(request, object_id, form_url, extra_context)
        if is_preview(request):
            self._take_rows_anew(request, item)
            return view(request, object_id, form_url, extra_context)
        if request.method != "POST":
            edit = request.edit = self._begun(request, item)
            if not edit.of_copy:
                return view(request, object_id, form_url, extra_context)
            with transaction.atomic():
                revisions.apply(item, edit.copy.content)
                return _rolled_back(view(request, object_id, form_url, extra_context))
        try:
            return self._posted(request, item, lambda: view(request, object_id, form_url))
        except SavedMeanwhile:
            request._messages = default_storage(request)
            return self.changeform_view(request, object_id, form_url, extra_context)
        except Overtaken:
            request.edit.notice = self._conflict_said(request.edit)
            self._show_merged(request)
        except CannotKeep as error:
            request.edit.notice = str(error)
        except KeptAside as kept:
            request._messages = default_storage(request)
            return self._keep(request, item, kept.content)
        # What the save that was undone has said is not true.
        request._messages = default_storage(request)
        return self._posted(request, item, lambda: view(request, object_id, form_url), request.edit)

    def _item_of(self, object_id: str | None) -> models.Model | None:
        key = whole_number(str(object_id or ""))
        return self.model._base_manager.filter(pk=key).first() if key else None

    def _begun(self, request: HttpRequest, item: models.Model) -> Edit:
        last = revisions.of_item(item).saved().aggregate(last=Max("number"))["last"] or 0
        copy = working_copy(item)
        of_copy = copy is not None and "working" in request.GET
        schedule = self._schedule(request, copy)
        if request.method != "POST":
            based_on = (copy.base or 0) if of_copy else last
            return Edit(item, copy, last, based_on, of_copy, schedule=schedule)
        sent = whole_number(request.POST.get("based_on", ""), LARGEST_REVISION)
        return Edit(
            item,
            copy,
            last,
            last if sent is None else sent,
            of_copy="working" in request.GET,
            keeps=KEEP in request.POST,
            releases=RELEASE in request.POST,
            schedule=schedule,
            is_settled=request.POST.get("settled") == f"{last}-{copy.pk if copy else 0}",
        )

    def _schedule(self, request: HttpRequest, copy: Revision | None) -> ScheduleForm | None:
        if not self.may_publish(request):
            return None
        data = request.POST if request.method == "POST" else None
        return ScheduleForm(data, initial={"goes_public_at": copy and copy.goes_public_at})

    def _posted(self, request, item, view, edit: Edit | None = None) -> HttpResponse:
        """Save, under a lock; roll back what was not saved."""
        with transaction.atomic():
            hold(ContentType.objects.get_for_model(item).pk, item.pk)
            item.refresh_from_db()
            edit = request.edit = edit or self._begun(request, item)
            if edit.is_overtaken and not edit.theirs:
                edit.theirs = as_stored(revisions.content_of(item))
                edit.base = content_at(item, edit.based_on)
            if edit.shows_rows_whole:
                self._take_rows_anew(request, item)
            response = view()
            return response if edit.is_saved else _rolled_back(response)

    def _take_rows_anew(self, request: HttpRequest, item: models.Model) -> None:
        """
        Let the rows of the form be new ones, in the place of the stored: theirs may have gone, or
        never have been stored.
        """
        data, before = request.POST.copy(), []
        for formset, inline in self.get_formsets_with_inlines(request, item):
            if getattr(inline, "in_revisions", False):
                as_new_rows(data, formset.get_default_prefix(), inline.opts.pk.name)
                rows = formset.model._base_manager.filter(**{formset.fk.name: item.pk})
                name = str(formset.model._meta.verbose_name)
                before += [{"name": name, "object": str(row)} for row in rows]
                rows.delete()
        request.POST, request.rows_before = data, before

    def construct_change_message(self, request, form, formsets, add=False):
        """Django's, in which a row that was put in the place of the same one is no new one."""
        message = super().construct_change_message(request, form, formsets, add)
        before = getattr(request, "rows_before", None)
        if before is None:
            return message
        gone = list(before)
        kept = []
        for entry in message:
            if entry.get("added") in gone:
                gone.remove(entry["added"])
            else:
                kept.append(entry)
        return [*kept, *({"deleted": row} for row in gone)]

    # --- the save -----------------------------------------------------------------------------

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if (edit := getattr(request, "edit", None)) and request.method == "POST":
            form.notice = edit.notice
        return form

    def save_form(self, request, form, change):
        """Put on the item what others changed in columns, before acts see it."""
        item = super().save_form(request, form, change)
        edit = getattr(request, "edit", None)
        if edit and change and edit.is_overtaken:
            columns = _columns(item)
            mine = as_stored({name: item_column.value_from_object(item)
                              for name, item_column in columns.items()})  # fmt: skip
            for name, column in columns.items():
                if isinstance(column, models.DateTimeField):
                    for other in (edit.base, edit.theirs):
                        mine[name] = _same_minute(mine[name], other.get(name))
            merged = merge(_part(edit.base, columns), mine, _part(edit.theirs, columns))
            for name in edit.take(merged):
                column = columns[name]
                setattr(item, column.attname, column.to_python(merged.content[name]))
        return item

    def settle_edit(self, request, form, formsets) -> None:
        """
        To be called when form and rows are saved, before the revision is recorded.

        Raises KeptAside, CannotKeep, SavedMeanwhile, Overtaken: the transaction is to be rolled
        back then.
        """
        edit = getattr(request, "edit", None)
        if edit is None:
            return
        item = form.instance
        if edit.keeps:
            self._check_that_it_can_wait(request, formsets)
            raise KeptAside(as_stored(revisions.content_of(item)))
        if edit.schedule and edit.schedule.has_changed():
            raise CannotKeep(
                "Nothing was saved. “Publish this version on” applies only to a working copy. "
                "Select “Save as working copy,” or restore the earlier date to save for readers "
                "right away."
            )
        # The item's row is locked by now: nobody comes after this look.
        newer = revisions.history(item).filter(number__gt=edit.last)
        if newer.exclude(author=request.user).exists():
            raise SavedMeanwhile
        if edit.is_overtaken:
            names = set(edit.theirs) - _columns(item).keys()
            mine = _part(as_stored(revisions.content_of(item)), names)
            merged = merge(_part(edit.base, names), mine, _part(edit.theirs, names))
            taken = edit.take(merged)
            if edit.conflicts and not edit.is_settled:
                raise Overtaken
            revisions.apply(item, merged.content, only=taken)
            self._tell_what_was_merged(request, edit)
        if edit.releases and edit.copy:
            edit.copy.delete()
        edit.is_saved = True

    def _check_that_it_can_wait(self, request: HttpRequest, formsets) -> None:
        if not request.edit.item.is_public:
            raise CannotKeep(
                "Readers cannot see this item yet, so it does not need a working "
                "copy. Save it instead."
            )
        if (schedule := request.edit.schedule) and not schedule.is_valid():
            raise CannotKeep("Nothing was saved. Correct “Publish this version on” above.")
        if request.FILES:
            raise CannotKeep(
                "A working copy cannot include a new file. Nothing was saved. Save the working "
                "copy without the file, or save the item with it. You will have to choose the "
                "file again."
            )
        held = {inline.model for inline in self.inlines if getattr(inline, "in_revisions", False)}
        for formset in formsets:
            if formset.model not in held and formset.has_changed():
                name = formset.model._meta.verbose_name_plural
                raise CannotKeep(
                    f"A working copy cannot include changes to the {name} below. Nothing was "
                    "saved. Undo those changes and save the working copy, or save everything for "
                    "readers right away."
                )

    def _keep(self, request: HttpRequest, item: models.Model, content: dict) -> HttpResponse:
        """Keep the working copy; but not over one that this form did not show."""
        edit = request.edit
        seen = request.POST.get("copy_seen", "")
        if edit.copy and seen != _stamp(edit.copy) and not edit.is_settled:
            edit.theirs, edit.content = edit.copy.content, content
            edit.conflicts = merge({}, content, edit.theirs).conflicts
            edit.notice = (
                f"{name_of(edit.copy.author)} has saved a working copy since you opened this "
                "form. Nothing was saved. Combine both versions below, then save again to "
                "replace that working copy."
            )
            request._messages = default_storage(request)
            return self._posted(
                request, item, lambda: super(EditingAdmin, self).changeform_view(
                    request, str(item.pk)), edit
            )  # fmt: skip
        reason = request.POST.get("revision_reason", "")
        at = edit.schedule.cleaned_data["goes_public_at"] if edit.schedule else None
        answer = ""
        if at:
            now = as_stored(revisions.content_of(item))
            merged = merge(content_at(item, edit.based_on), content, now)
            answer = self.answer_before_scheduling(request, item, merged.content, at)
        keep_working_copy(
            item, content, request.user, reason, base=edit.based_on, goes_public_at=at,
            answer=answer,
        )  # fmt: skip
        until = (
            f"{said(at)}. It will then be replaced by this version"
            if at
            else ("you publish the working copy")
        )
        words = f"Saved as a working copy. Readers see the published version until {until}."
        if edit.copy and edit.copy.goes_public_at and not at:
            words += " It is no longer scheduled."
        words = " ".join(filter(None, [words, self.answers_said.get(answer)]))
        self.log_change(request, item, "Saved a working copy.")
        messages.success(request, words)
        return HttpResponseRedirect(f"{self._url('change', item)}?working=1")

    def answer_before_scheduling(
        self, request: HttpRequest, item: models.Model, content: dict, at: datetime
    ) -> str:
        """
        The further answer that was given to what should be known before `item` gets this `content`
        at that moment. Raises NotAnswered (see asking_before_saving).
        """
        return ""

    # --- what is said -------------------------------------------------------------------------

    def _conflict_said(self, edit: Edit) -> str:
        labels = ", ".join(self._labels(edit.conflicts))
        if edit.based_on == 0 or not edit.base:
            return (
                f"This item has changed since you opened the form: {labels}. Nothing has been "
                "saved yet."
            )
        return (
            f"{self._others(edit)} changed the same fields as you: {labels}. Nothing has been "
            "saved yet, and nothing is lost: the form has your changes, with their changes "
            "beside them. Combine both versions, then save."
        )

    def _tell_what_was_merged(self, request: HttpRequest, edit: Edit) -> None:
        if edit.taken:
            labels = ", ".join(self._labels(edit.taken))
            messages.info(
                request,
                f"{self._others(edit)} saved changes while you were writing. Merged: {labels}.",
            )

    def _labels(self, names) -> list[str]:
        return [label_of(self.model, name) for name in dict.fromkeys(names)]

    def _others(self, edit: Edit) -> str:
        rows = revisions.history(edit.item).filter(number__gt=edit.based_on, number__lte=edit.last)
        names = [name_of(row.author) for row in rows.defer("content").select_related("author")]
        return " and ".join(dict.fromkeys(reversed(names))) or "Somebody"

    def _show_merged(self, request: HttpRequest) -> None:
        """Let the form hold of its rich texts what could be merged."""
        data = request.POST.copy()
        edit = request.edit
        for name in edit.conflicts:
            if isinstance(_columns(edit.item).get(name), RichTextField) and name in data:
                data[name] = edit.content[name]
        request.POST = data

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        edit = getattr(request, "edit", None)
        if edit and obj is not None:
            context |= {
                "edit": edit,
                "schedule": edit.schedule,
                "copy_seen": _stamp(edit.copy) if edit.copy else "",
                "copy_answer": self.answers_said.get(edit.copy.answer) if edit.copy else "",
                "settled": f"{edit.last}-{edit.copy.pk if edit.copy else 0}",
                "collisions": self._collisions(edit),
                "others": self._others(edit) if edit.conflicts and edit.base else "",
                "may_keep": obj.is_public and self.has_change_permission(request, obj),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def _collisions(self, edit: Edit) -> list[dict[str, Any]]:
        """Label, and both texts side by side or the two values, of each conflict."""
        theirs = {name: conflict.theirs for name, conflict in edit.conflicts.items()}
        mine = {name: conflict.mine for name, conflict in edit.conflicts.items()}
        found = []
        for change in changes(theirs, mine, self.model):
            conflict = edit.conflicts[change.name]
            pairs = conflict.stretches or ((conflict.mine or "", conflict.theirs or ""),)
            found.append({"change": change, "pairs": pairs if change.is_text else ()})
        return found


def name_of(user) -> str:
    """How colleagues call `user`; None is the system."""
    return (user.get_full_name() or user.get_username()) if user else "The system"


def _columns(item: models.Model) -> dict[str, models.Field]:
    columns = {column.name: column for column in item._meta.concrete_fields}
    return {name: columns[name] for name in item.revision_fields if name in columns}


def _part(content: dict[str, Any], names) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name in names}


def _same_minute(mine: str | None, base: str | None) -> str | None:
    """The moment `base`, if `mine` is the same minute: forms leave out what is smaller."""
    if not mine or not base:
        return mine
    own, first = (datetime.fromisoformat(value).replace(second=0, microsecond=0)
                  for value in (mine, base))  # fmt: skip
    return base if own == first else mine


def _stamp(copy: Revision) -> str:
    return f"{copy.created_at.isoformat()} {copy.goes_public_at or ''}".strip()


def _rolled_back(response: HttpResponse) -> HttpResponse:
    """`response`, rendered while the transaction shows what it shows; which is then undone."""
    if hasattr(response, "render"):
        response.render()
    transaction.set_rollback(True)
    return response
