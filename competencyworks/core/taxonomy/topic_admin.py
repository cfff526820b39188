"""The tree of topics in the admin."""

from django.contrib import admin, messages
from django.db.models import Count, F, Func, IntegerField, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from ..models import Topic
from .acts import CannotChange
from .admin import TaxonomyAdmin
from .bearing import bonds_of
from .merging import merge_topics, why_not_topics
from .retiring import bring_back, retire_topic


class RetiredFilter(admin.SimpleListFilter):
    """Retired and merged topics show only when asked for."""

    title = "use"
    parameter_name = "retired"

    def lookups(self, request, model_admin):
        return [("yes", "Retired or merged")]

    def queryset(self, request, rows):
        return rows.filter(retired_at__isnull=self.value() != "yes")


class TopicAdmin(TaxonomyAdmin):
    list_select_related = ["merged_into"]
    list_display = ["in_tree", "uses", "slug"]
    list_filter = [RetiredFilter, ("parent", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "description"]
    autocomplete_fields = ["parent"]
    fields = ["name", "parent", "description", "slug", "where_used"]
    picked_by = Topic._meta.get_field("parent")
    merge = staticmethod(merge_topics)
    retire = staticmethod(retire_topic)

    def get_queryset(self, request):
        rows = super().get_queryset(request).annotate(tree=_path(), uses=_uses())
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            rows = rows.offered()
        return rows

    def get_ordering(self, request):
        return [_path().asc(), "pk"]

    @admin.display(description="topic", ordering="tree")
    def in_tree(self, topic):
        if topic.merged_into_id:
            return f"{topic.name} (merged into {topic.merged_into})"
        return topic.tree

    def offered(self):
        return Topic.objects.offered()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Topic.objects.offered()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def why_not_merge(self, keep, dropped):
        return why_not_topics(keep, [topic.pk for topic in dropped])

    def also_changed(self, items):
        keys = [item.pk for item in items]
        children = Topic.objects.offered().filter(parent__in=keys).exclude(pk__in=keys)
        return {"children": list(children)}

    def leads_to(self, item):
        return item.parent.get_absolute_url() if item.parent else super().leads_to(item)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        response = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        if obj is not None and obj.retired_at:
            may = self.may(request, "retire") and not obj.merged_into_id
            response.context_data |= {
                "merge_url": "",
                "retire_url": "",
                "bring_back_url": may and self._url("bring_back", obj.pk),
            }
        return response

    def get_urls(self):
        return [
            self.page(
                "<int:pk>/bring-back/",
                self.bring_back_view,
                act="retire",
                name="core_topic_bring_back",
                of_item=False,
            ),
            *super().get_urls(),
        ]

    def bring_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer a retired topic again."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            bring_back(pk, request.user)
        except CannotChange as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self._url("changelist"))
        messages.success(request, "The topic was restored.")
        return HttpResponseRedirect(self._url("change", pk))


def _path() -> Func:
    """'Assessment › Portfolios', for four levels."""
    above = [F("parent__parent__parent__name"), F("parent__parent__name"), F("parent__name")]
    names = [*above, F("name")]
    return Func(Value(" › "), *names, function="concat_ws", output_field=TextField())


def _uses():
    """How many items are on a topic."""
    total = Value(0)
    for bond in bonds_of(Topic):
        column = bond.term.removesuffix("_id")
        rows = bond.rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
        counted = Subquery(rows.annotate(n=Count("pk")).values("n"), IntegerField())
        total = total + Coalesce(counted, 0)
    return total
