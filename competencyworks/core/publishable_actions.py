"""What the list of a publishable kind offers: the filter by state, and acts on several items."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.timesince import timesince

from . import revisions, workflow
from .background.bulk_acts import AT_ONCE, Act, LeftAsItIs, register
from .bulk_actions import leave_to_worker
from .dates import day_words
from .missing import what_is_missing
from .policy_admin import MOST_AT_ONCE, action
from .publishing import Publishable

Status = Publishable.Status
OF_THE_TRASH = ("restore_selected", "free_selected")
REASON = 400  # characters; with what the act says of itself it fits a revision
STILL_WRITING = timedelta(minutes=10)  # after a save, its writer may well be at it


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


def reason_of(request: HttpRequest) -> str:
    """The reason that was typed on a page which asks before an act."""
    return " ".join(request.POST.get("reason", "").split())[:REASON]


def _bulk(name: str, permission: str, act: Callable, doing: str, done: str) -> Act:
    def run(item: Publishable, by, reason: str, seen: str) -> None:
        try:
            act(item, by=by, reason=reason, **({"seen": seen} if seen else {}))
        except workflow.NotAllowed as error:
            raise LeftAsItIs(str(error)) from error

    return register(Act(name, permission, run, doing, done))


PUBLISH = _bulk("publish", "publish", workflow.publish, "Publishing", "published")
WITHDRAW = _bulk("withdraw", "withdraw", workflow.withdraw, "Withdrawing", "withdrawn")
TRASH = _bulk("trash", "delete", workflow.trash, "Moving to the trash:", "moved to the trash")
RESTORE = _bulk("restore", "restore", workflow.restore, "Restoring", "restored")
FREE = _bulk(
    "free",
    "restore",
    workflow.free_address,
    "Releasing title and address of",
    "title and address released",
)


class ListActionForm(ActionForm):
    """The choice of an action, with the moment at which the list was shown."""

    shown_at = forms.CharField(
        required=False, label="", widget=forms.HiddenInput, initial=lambda: _now().isoformat()
    )


class StateActions:
    """Mixin of PublishableAdmin: publish, withdraw, put in the trash, take out of it."""

    asks_why = True
    action_form = ListActionForm
    actions = [
        "publish_selected",
        "withdraw_selected",
        "trash_selected",
        "restore_selected",
        "free_selected",
    ]

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        if request.GET.get(StageFilter.parameter_name) == "trash":
            return {name: actions[name] for name in OF_THE_TRASH if name in actions}
        for name in OF_THE_TRASH:
            actions.pop(name, None)
        return actions

    def for_action(self, rows: QuerySet) -> QuerySet:
        if "authors" in {field.name for field in self.opts.many_to_many}:
            rows = rows.prefetch_related("authors")
        return rows.select_related("picture")

    def described(self, item: Publishable) -> str:
        """With who wrote it and when it was begun: titles may be equal."""
        names = []
        if "authors" in {field.name for field in self.opts.many_to_many}:
            names = [person.name for person in item.authors.all()]
        return ", ".join([f"“{item}”", *names, day_words(timezone.localtime(item.created_at))])

    def what_is_missing(self, item: Publishable) -> list[str]:
        return what_is_missing(item)

    def version_of(self, item: Publishable) -> str:
        return workflow.version(item)

    def saved_lately(self, request, items):
        """What was saved since the list was shown, or by somebody else a few minutes ago."""
        now, shown_at = _now(), _moment(request.POST.get("shown_at", ""))
        found = {}
        for item in items:
            since_shown = bool(shown_at) and item.updated_at > shown_at
            if not since_shown and item.updated_at < now - STILL_WRITING:
                continue
            last = revisions.history(item).select_related("author").defer("content").first()
            author = last and last.author
            if author == request.user or not (author or since_shown):
                continue
            name = (author and (author.get_full_name() or author.get_username())) or "somebody"
            found[item.pk] = f"saved by {name} {timesince(item.updated_at, now, depth=1)} ago"
        return found

    @action("publish", "Publish", asks=("Publish {}?", "Publish"), at_once=AT_ONCE)
    def publish_selected(self, request, rows):
        return self._act(request, PUBLISH, workflow.publish, rows)

    @action(
        "withdraw",
        "Withdraw",
        asks=("Withdraw {}?", "Withdraw"),
        at_once=AT_ONCE,
    )
    def withdraw_selected(self, request, rows):
        return self._act(request, WITHDRAW, workflow.withdraw, rows)

    @action(
        "delete",
        "Move to the trash",
        asks=("Move {} to the trash?", "Move to the trash"),
        at_once=AT_ONCE,
    )
    def trash_selected(self, request, rows):
        return self._act(request, TRASH, workflow.trash, rows)

    @action("restore", "Restore from the trash", asks=("Restore {}?", "Restore"), at_once=AT_ONCE)
    def restore_selected(self, request, rows):
        return self._act(request, RESTORE, workflow.restore, rows)

    @action(
        "restore",
        "Release title and address",
        asks=("Release the title and address of {} for another item to use?", "Release"),
        at_once=AT_ONCE,
    )
    def free_selected(self, request, rows):
        return self._act(request, FREE, workflow.free_address, rows)

    def _act(self, request: HttpRequest, bulk: Act, act: Callable, rows: QuerySet):
        """Do it now, or have the worker do it where that would take too long."""
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(keys) > AT_ONCE:
            keys = rows.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
            seen = {pk: self._seen(request, bulk, pk) for pk in keys}
            return leave_to_worker(request, bulk, self.model, seen, reason_of(request))
        done, refused = 0, []
        for item in rows:
            seen = self._seen(request, bulk, item.pk)
            more = {"seen": seen} if seen else {}
            try:
                act(item, by=request.user, reason=reason_of(request), **more)
                done += 1
                if bulk is RESTORE and item.has_given_up_address:
                    self._say_address_is_missing(request, item)
            except workflow.NotAllowed as error:
                refused.append(error)
        if done:
            name = self.opts.verbose_name if done == 1 else self.opts.verbose_name_plural
            messages.success(request, f"{done} {name} {bulk.done}.")
        for error in refused:
            messages.warning(request, str(error))
        return None

    def _say_address_is_missing(self, request: HttpRequest, item: Publishable) -> None:
        messages.warning(
            request,
            format_html(
                "“{}” is a draft now, because its title and address were released. "
                '<a href="{}">Enter a title and a slug</a>, then publish it.',
                item,
                self._url("change", item),
            ),
        )

    def _seen(self, request: HttpRequest, bulk: Act, pk: int) -> str:
        """The version that the page before the act showed; only publishing compares it."""
        return request.POST.get(f"seen-{pk}", "") if bulk is PUBLISH else ""


def _now() -> datetime:
    return timezone.now()


def _moment(text: str) -> datetime | None:
    """The moment that a list carried; None for what is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None
