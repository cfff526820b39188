"""What the admin of events asks before a save, and what follows one: mails, and seats given on."""

from contextlib import suppress
from copy import copy
from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.asking_before_saving import Question

from .. import changes, registration, seats
from ..models import Event
from . import asking

# What the form does not show, and what may have changed since it was read.
OF_OTHER_ACTS = (
    "sequence",
    "moved_from",
    "cancelled_at",
    "cancel_reason",
    "repetition_id",
    "rule_date",
)
STATE = ("status", "publish_at", "unpublish_at")
TAKES_AWAY = ("withdraw", "delete")


class SavesEvents:
    """Part of the admin of events. Stands before PublishableAdmin."""

    further_answers = (asking.WITHOUT_EMAIL,)
    answers_said = {asking.WITHOUT_EMAIL: "Registrants will not be emailed about it."}

    def save_model(self, request, obj, form, change):
        for message in form.doubles:
            messages.warning(request, message)
        if not change:
            super().save_model(request, obj, form, change)
            return
        before = seats.locked(obj.pk)
        for name in OF_OTHER_ACTS:
            setattr(obj, name, getattr(before, name))
        wanted, obj.capacity = obj.capacity, before.capacity
        super().save_model(request, obj, form, change)
        without_email = asking.WITHOUT_EMAIL in request.POST
        obj.told = _follow(before, obj, wanted, without_email=without_email)
        request.event_before = before
        for words in asking.said_after(obj.told, obj):
            messages.success(request, words)

    def questions_about(self, request, item, before):
        found = super().questions_about(request, item, before)
        if stored := getattr(request, "event_before", None):
            may_cancel = self.may_cancel(request, item)
            found += asking.questions(stored, item, item.told, may_cancel=may_cancel)
        return found

    def what_is_missing(self, item):
        begun = item.starts_at <= timezone.now()
        return [*super().what_is_missing(item), *(["its start is in the past"] if begun else [])]

    # --- history and working copies -----------------------------------------------------------

    def put_back(self, by, item, content, answer=""):
        """As by the form: registrants are told what moves, and more seats go to who waits."""
        before = seats.locked(item.pk)
        left_out = super().put_back(by, item, {**content, "capacity": before.capacity})
        wanted = content.get("capacity", before.capacity)
        without_email = answer == asking.WITHOUT_EMAIL
        item.told = _follow(before, item, wanted, without_email=without_email)
        return left_out

    def what_follows(self, by, item, content, answer):
        tried = self._tried(by, item, content, answer)
        return asking.said_after(tried.told, tried)

    def questions_about_content(self, request, item, content, *, state_too=False, at=None):
        may_cancel = self.may_cancel(request, item)
        tried = self._tried(request.user, item, content)
        found = asking.questions(item, tried, tried.told, may_cancel=may_cancel, at=at)
        if state_too:
            found += self._questions_about_state(item, content, may_cancel)
        return found

    def _tried(self, by, item: Event, content: dict, answer: str = "") -> Event:
        """The event as put_back() would make it, with what would follow; all of it is undone."""
        with transaction.atomic():
            tried = seats.locked(item.pk)
            tried.told = changes.Told()
            with suppress(revisions.CannotApply):  # the act itself says why
                self.put_back(by, tried, content, answer)
            transaction.set_rollback(True)
        return tried

    @staticmethod
    def _questions_about_state(before: Event, content: dict, may_cancel: bool) -> list[Question]:
        """What to know before the state in `content`, a revision's, is restored too."""
        wanted = copy(before)
        for name in STATE:
            if name in content:
                setattr(wanted, name, Event._meta.get_field(name).to_python(content[name]))
        found = asking.questions(before, wanted, changes.Told(), may_cancel=may_cancel)
        return [replace(each, words=f"If you restore the state, too: {each.words}")
                for each in found]  # fmt: skip

    # --- taking an event away -----------------------------------------------------------------

    def warnings_about(self, request, items, act):
        if act not in TAKES_AWAY:
            return super().warnings_about(request, items, act)
        return asking.warnings(items, may_cancel=self.may(request, "cancel"))

    def delete_view(self, request: HttpRequest, object_id, extra_context=None):
        item = self.get_object(request, object_id)
        warning = self.warnings_about(request, [item], "delete").get(item.pk) if item else None
        extra = {"warning": warning} | (extra_context or {})
        return super().delete_view(request, object_id, extra)


def _follow(
    before: Event, event: Event, capacity: int | None, *, without_email: bool
) -> changes.Told:
    """What follows when `event` was saved over `before` and is to have so many seats."""
    told = changes.save_from_admin(before, event, without_email=without_email)
    if capacity == before.capacity:
        return told
    seated = registration.set_capacity(event.pk, capacity)
    event.capacity = capacity
    return replace(told, seated=len(seated))
