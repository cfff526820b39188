"""Filters of the moderators' list."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils import timezone

from ..models import Comment, CommentReport
from .threads import discussed_kinds

ALL = "all"


class StatusFilter(admin.SimpleListFilter):
    """What waits shows unless something else is asked for."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [*Comment.Status.choices, (ALL, "All")]

    def choices(self, changelist):
        for value, title in self.lookup_choices:
            yield {
                "selected": value == self.wanted,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    @property
    def wanted(self) -> str:
        return self.value() or Comment.Status.WAITING

    def queryset(self, request, rows):
        return rows if self.wanted == ALL else rows.filter(status=self.wanted)


class ReportedFilter(admin.SimpleListFilter):
    title = "reported by readers"
    parameter_name = "reported"

    def lookups(self, request, model_admin):
        return [("yes", "Reported")]

    def queryset(self, request, rows):
        if self.value() == "yes":
            return rows.filter(Exists(CommentReport.objects.filter(comment=OuterRef("pk"))))
        return rows


class AgeFilter(admin.SimpleListFilter):
    title = "age"
    parameter_name = "age"
    spans = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}

    def lookups(self, request, model_admin):
        return [
            ("day", "Since yesterday"),
            ("week", "In the last week"),
            ("month", "In the last month"),
            ("older", "More than a month ago"),
        ]

    def queryset(self, request, rows):
        now = timezone.now()
        if self.value() == "older":
            return rows.filter(created_at__lt=now - self.spans["month"])
        if span := self.spans.get(self.value()):
            return rows.filter(created_at__gte=now - span)
        return rows


class ItemKindFilter(admin.SimpleListFilter):
    title = "page"
    parameter_name = "about"

    def lookups(self, request, model_admin):
        return [
            (model._meta.model_name, model._meta.verbose_name_plural.capitalize())
            for model in discussed_kinds().values()
        ]

    def queryset(self, request, rows):
        for model in discussed_kinds().values():
            if model._meta.model_name == self.value():
                return rows.filter(content_type=ContentType.objects.get_for_model(model))
        return rows
