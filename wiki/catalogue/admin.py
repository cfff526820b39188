from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from competencyworks.core.models import OutsideAddress
from competencyworks.core.publishable_actions import StageFilter
from competencyworks.core.publishable_admin import PublishableAdmin
from competencyworks.core.web_address_fields import WebAddressFormField

from ..models import Resource
from ..reviewing_admin import DueFilter, OwnerFilter, ReviewedAdmin
from ..title_completion import CompletesTitles
from . import revising
from .admin_form import SEVERAL, ResourceForm, drop_losses, losses
from .import_admin import ImportViews
from .views import preview_of, render_resource

Kind = Resource.Kind
# What belongs where, as staff are told before they choose.
KINDS = {
    Kind.REPORT: "A study, paper, or brief published by an organization.",
    Kind.ARTICLE: "An article in a journal or newspaper, or on a website.",
    Kind.TOOL: "Something to work with: a rubric, template, guide, or program.",
    Kind.VIDEO: "Something to watch or listen to.",
    Kind.COURSE: "A course to take, over hours or weeks.",
    Kind.POLICY: "A state’s statute, regulation, guidance, waiver, or pilot program. The map of "
    "the states is based on these.",
    Kind.PROVIDER: "An organization that helps schools, districts, or states. Also shown in the "
    "list of providers.",
    Kind.EXAMPLE: "A school, district, or college to learn from.",
}
# What the list says of addresses; of those that answer it says nothing.
IN_NEED = {OutsideAddress.Health.DEAD: "Dead", OutsideAddress.Health.FAILING: "Failing"}
PAIRS = (
    ("contact_name", "contact_email", "contact_phone"),
    ("in_force_from", "in_force_until"),
    ("policy_form", "policy_number", "policy_stage"),
)


class HealthFilter(admin.SimpleListFilter):
    title = "link status"
    parameter_name = "health"

    def lookups(self, request, model_admin):
        return [*OutsideAddress.Health.choices, ("none", "No web address")]

    def queryset(self, request, rows):
        match self.value():
            case None:
                return rows
            case "none":
                return rows.filter(outside=None)
            case value:
                return rows.filter(outside__health=value)


@admin.register(Resource)
class ResourceAdmin(ImportViews, CompletesTitles, ReviewedAdmin, PublishableAdmin):
    form = ResourceForm
    list_display = [
        "title", "kind", "stage", "publisher", "health", "owner_name", "due_day", "changed",
    ]  # fmt: skip
    list_filter = [StageFilter, "kind", DueFilter, OwnerFilter, HealthFilter, "topics"]
    date_hierarchy = None
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "superseded_by"]
    change_form_template = "admin/resource_change_form.html"
    change_list_template = "admin/resource_list.html"

    def get_urls(self):
        page = self.page("import/", self.import_view, act="import", name="wiki_resource_import")
        return [page, *super().get_urls()]

    class Media:
        js = ("competencyworks/admin/known_address.js",)

    # --- lists --------------------------------------------------------------------------------

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            rows = rows.select_related(None).select_related("owner", "outside")
        return rows

    @admin.display(description="address", ordering="outside__health")
    def health(self, item):
        if not item.outside_id:
            return "None"
        if item.outside.health in IN_NEED:
            return format_html(
                '<strong class="cw-missing">{}</strong>', IN_NEED[item.outside.health]
            )
        return ""

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, item):
        return f"{timezone.localtime(item.updated_at):%Y-%m-%d}"

    # --- a form for each kind -----------------------------------------------------------------

    def kind_of(self, request: HttpRequest, obj: Resource | None) -> Kind:
        """The kind whose form is shown: the one that was sent or asked for, or that it has."""
        sent = request.POST.get("kind") if request.method == "POST" else request.GET.get("kind")
        return Kind(sent) if sent in Kind.values else Kind(obj.kind if obj else Kind.REPORT)

    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        """Asks for the kind first."""
        if request.method == "GET" and request.GET.get("kind") not in Kind.values:
            return self._choose_kind(request)
        return super().add_view(request, form_url, extra_context)

    def _choose_kind(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            return super().add_view(request)  # which says so
        choices = []
        for kind, words in KINDS.items():
            query = request.GET.copy()
            query["kind"] = kind.value
            choices.append((query.urlencode(), kind.label, words))
        context = {
            **self.admin_site.each_context(request),
            "title": "What is it?",
            "choices": choices,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/resource_kinds.html", context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.kind_shown = self.kind_of(request, obj)
        if obj and "url" in form.base_fields:
            named = f"wiki.resource:{obj.pk}"
            form.base_fields["url"].widget.attrs["data-known-not"] = named
        return form

    def get_fieldsets(self, request, obj=None):
        kind = self.kind_of(request, obj)
        own = Resource.KIND_FIELDS[kind]
        rows = [pair for pair in PAIRS if set(pair) <= set(own)]
        paired = {name for pair in rows for name in pair}
        rows += [name for name in own if name not in paired]
        fields = ["kind", "title", "url", "same_address"]
        fields += [("publisher", "year"), "authors"] if kind != Kind.PROVIDER else []
        said = ["body", "why", "picture", "revision_reason"]
        return [
            (None, {"fields": [*fields, *rows]}),
            ("Description", {"fields": said}),
            ("Audience", {"fields": ["grades", "audience"]}),
            PublishableAdmin.classification,
            ReviewedAdmin.care,
            (
                "Maintenance",
                {"fields": [*(["says_changed"] if obj else []), "superseded_by", "credit"]},
            ),
            PublishableAdmin.publication,
            PublishableAdmin.comments,
            PublishableAdmin.search_engines,
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in SEVERAL:
            return forms.MultipleChoiceField(
                choices=SEVERAL[db_field.name].choices,
                required=False,
                label=capfirst(db_field.verbose_name),
                widget=forms.CheckboxSelectMultiple,
            )
        if db_field.name == "url":
            kwargs["form_class"] = WebAddressFormField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        match db_field.name:
            case "kind":
                field.widget = forms.HiddenInput()
            case "url":
                field.widget.attrs["data-known-address"] = reverse("admin:known_address")
            case "body":
                field.label = "Summary"
                field.help_text = (
                    "In your own words: what it is, what it says, and how it can help."
                )
            case "states":
                field.help_text = (
                    "The states it is about. For a policy, the states where it applies; for a "
                    "provider, the states where it works, unless it works in all."
                )
            case "why":
                field.widget.attrs["rows"] = 3
            case "url" | "authors" | "services" | "publisher":
                field.widget.attrs["class"] = "vLargeTextField"
        return field

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        kind = self.kind_of(request, obj)
        context |= {
            "kind": kind,
            "kinds": [(other.value, other.label) for other in Kind if other != kind],
            "old_kind": obj and Kind(obj.kind),
            "losses": losses(obj, kind) if obj and obj.kind != kind else [],
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        drop_losses(obj)
        former = Resource.objects.filter(pk=obj.pk).values_list("outside", flat=True).first()
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("says_changed"):
            revising.note_change(obj, former=former)
            messages.info(request, "Texts that link to it were flagged for review.")

    def render_preview(self, request: HttpRequest, item: Resource):
        return render_resource(request, preview_of(item.pk), preview=True)
