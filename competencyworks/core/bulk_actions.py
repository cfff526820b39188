"""List actions on many items: left to the worker, and shown as far as they have come."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from . import policy
from .background import bulk_acts
from .models import BulkAct
from .read_only_admin import ReadOnlyAdmin

SHOWN = 200  # items that were not changed
RECENT = timedelta(hours=24)


def leave_to_worker(
    request: HttpRequest,
    act: bulk_acts.Act,
    model: type[models.Model],
    seen: Mapping[int, str],
    reason: str = "",
) -> HttpResponseRedirect:
    """Have the worker do `act` to the items with the keys of `seen`; leads to its page."""
    started = bulk_acts.start(act, model, seen, by=request.user, reason=reason)
    return HttpResponseRedirect(reverse("admin:core_bulkact_change", args=[started.pk]))


def words_of(bulk_act: BulkAct) -> str:
    """What it is: 'Publishing 167 posts'. Wants with_counts()."""
    act, model = bulk_acts.registry.get(bulk_act.act), bulk_act.content_type.model_class()
    total = bulk_act.total
    if act is None or model is None:
        return f"{bulk_act.act.capitalize()}: {total} items"
    names = model._meta.verbose_name if total == 1 else model._meta.verbose_name_plural
    return f"{act.doing} {total} {names}"


def progress_of(bulk_act: BulkAct) -> str:
    """
    How far it has come: '40 of 167 done', 'Finished: 165 published, 2 not changed'. Wants
    with_counts().
    """
    if bulk_act.finished_at is None:
        return f"{bulk_act.handled} of {bulk_act.total} done"
    act = bulk_acts.registry.get(bulk_act.act)
    done, left = bulk_act.handled - bulk_act.left, bulk_act.left
    more = f", {left} not changed" if left else ""
    return f"Finished: {done} {act.done if act else 'done'}{more}"


def recent(user: AbstractUser) -> list[tuple[str, str, str]]:
    """
    What `user` lately asked to be done to many items: its words, how far it has come, its page.
    One query.
    """
    rows = BulkAct.objects.with_counts().filter(by=user, created_at__gt=timezone.now() - RECENT)
    return [
        (words_of(row), progress_of(row), reverse("admin:core_bulkact_change", args=[row.pk]))
        for row in rows.select_related("content_type")[:5]
    ]


class BulkActAdmin(ReadOnlyAdmin):
    """What was asked to be done to many items, and how it went."""

    list_display = ["title", "by", "created_at", "progress"]
    list_display_links = ["title"]
    list_select_related = ["content_type", "by"]
    list_per_page = 20
    ordering = ["-created_at", "-pk"]
    fields = ["title", "by", "reason", "created_at", "progress", "look_again", "left"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    def get_fields(self, request, obj=None):
        unwanted = {"look_again"} if obj and obj.finished_at else set()
        if obj and not obj.reason:
            unwanted.add("reason")
        return [name for name in self.fields if name not in unwanted]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = self.get_object(request, object_id)
        named = {"title": words_of(found), "subtitle": None} if found else {}
        return super().change_view(request, object_id, form_url, named | (extra_context or {}))

    @admin.display(description="action", ordering="act")
    def title(self, bulk_act):
        return words_of(bulk_act)

    @admin.display(description="progress", ordering="finished_at")
    def progress(self, bulk_act):
        return progress_of(bulk_act)

    @admin.display(description="in the background")
    def look_again(self, bulk_act):
        return format_html(
            "This runs in the background, so you can close this page. "
            '<a href="{}">Refresh the progress</a>',
            reverse("admin:core_bulkact_change", args=[bulk_act.pk]),
        )

    @admin.display(description="not changed")
    def left(self, bulk_act):
        """The items to which nothing was done, with the reason for each."""
        rows = list(bulk_act.items.exclude(left_because="")[:SHOWN])
        if not rows:
            return "None" if bulk_act.finished_at else "None so far"
        model = bulk_act.content_type.model_class()
        items = model._base_manager.in_bulk([row.object_id for row in rows]) if model else {}
        user = bulk_act.viewer
        lines = [
            (_named(items.get(row.object_id), row.object_id, user), row.left_because)
            for row in rows
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", lines))

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.viewer = request.user
        return found


def _named(item: models.Model | None, pk: int, user: AbstractUser):
    """A link to the page of an item, for whoever may see it."""
    if item is None or not policy.may(user, "view", item):
        return f"Number {pk}"
    options = item._meta
    try:
        url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[item.pk])
    except NoReverseMatch:
        return str(item)
    return format_html('<a href="{}">{}</a>', url, item)
