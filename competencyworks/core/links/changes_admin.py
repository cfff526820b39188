"""The list of texts that cite what says something else since, for staff."""

from django.contrib import admin, messages
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from ..models.links import CitedChange, Link
from ..policy_admin import action
from ..read_only_admin import ReadOnlyAdmin
from .changes import to_look_at
from .kinds import with_pages


class CitedChangeAdmin(ReadOnlyAdmin):
    """Rows go when somebody says so, here or in the form of the text, and with the link."""

    list_display = ["text", "kind", "state", "cited_now", "since"]
    list_display_links = None
    list_filter = [("link__source_type", admin.RelatedOnlyFieldListFilter)]
    list_per_page = 50
    actions = ["settle_selected"]

    def get_queryset(self, request):
        items = [model.objects.light() for model in with_pages()]
        links = Link.objects.prefetch_related(GenericPrefetch("source", items))
        rows = to_look_at().order_by(*self.get_ordering(request) or CitedChange._meta.ordering)
        return rows.prefetch_related(Prefetch("link", links), GenericPrefetch("cited", items))

    @admin.display(description="text")
    def text(self, change):
        return _form_of(change.link.source)

    @admin.display(description="kind")
    def kind(self, change):
        return capfirst(change.link.source.noun)

    @admin.display(description="state")
    def state(self, change):
        return getattr(change.link.source, "stage", "Public")

    @admin.display(description="changed item")
    def cited_now(self, change):
        return _form_of(change.cited) if change.cited else "a deleted item"

    @admin.display(description="changed on", ordering="changed_at")
    def since(self, change):
        return f"{timezone.localtime(change.changed_at):%Y-%m-%d}"

    @action("settle", "Mark as reviewed: no change needed")
    def settle_selected(self, request, rows):
        count = rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()[
            0
        ]
        messages.success(
            request, (f"{count} marked as reviewed. Readers no longer see a notice there.")
        )


def _form_of(item):
    options = item._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[item.pk])
    return format_html('<a href="{}">{}</a>', url, item)
