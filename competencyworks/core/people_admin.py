"""The admin of people: who may see their private address, and two records becoming one."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from .appearances import NOWHERE, appearances
from .choice_fields import KeySelect
from .merging import CannotMerge, merge_people, why_not_merge
from .models import Comment, Person
from .policy_admin import PolicyAdmin
from .prose.richtext import EditorAdmin
from .publishable_admin import HTTPS_BY_DEFAULT


class MergeForm(forms.Form):
    """Which record stays."""

    keep = forms.ModelChoiceField(Person.objects.all(), label="Keep this person")

    def __init__(self, *args, site, **kwargs):
        super().__init__(*args, **kwargs)
        relation = Comment._meta.get_field("person")
        field = self.fields["keep"]
        field.widget = KeySelect(relation, site)
        field.widget.choices = field.choices


PRIVATE = "Not public"


class PersonAdmin(EditorAdmin, PolicyAdmin):
    list_display = ["name", "role", "organization", "user", "posts_written"]
    list_filter = [("user", admin.EmptyFieldListFilter)]
    search_fields = ["name", "organization", "email"]
    # Said here, as Django leaves out the order of the model where rows are counted.
    ordering = ["name", "pk"]
    autocomplete_fields = ["portrait", "user"]
    show_full_result_count = False
    change_form_template = "admin/person_change_form.html"
    delete_advice = (
        "If there are two records of the same person, merge them instead (button on the "
        "person’s page): then nothing is lost."
    )
    formfield_overrides = HTTPS_BY_DEFAULT
    fieldsets = [
        (None, {"fields": ["name", "role", "organization", "bio", "portrait", "website"]}),
        (PRIVATE, {"fields": ["email", "user"]}),
        ("Address", {"classes": ["collapse"], "fields": ["slug"]}),
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("user")
        return rows.annotate(written=Count("post_authors"))

    # --- what not everybody sees --------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if self.may(request, "see_private", obj):
            return fieldsets
        return [(title, options) for title, options in fieldsets if title != PRIVATE]

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        if not self.may(request, "link_account"):
            fields.append("user")
        if obj is not None and not self.may(request, "rename", obj):
            fields += ["name", "slug"]
        return fields

    def get_list_display(self, request):
        names = list(self.list_display)
        return names if self.may_change_all(request) else [n for n in names if n != "user"]

    def get_list_filter(self, request):
        return self.list_filter if self.may_change_all(request) else []

    def get_search_fields(self, request):
        """A search by address would tell whose it is."""
        fields = list(self.search_fields)
        return fields if self.may_change_all(request) else [n for n in fields if n != "email"]

    def may_change_all(self, request: HttpRequest) -> bool:
        return self.may(request, "merge")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_merge"] = obj is not None and self.may(request, "merge", obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.display(description="posts", ordering="written")
    def posts_written(self, person):
        return person.written

    def get_urls(self):
        merge = self.page("<int:pk>/merge/", self.merge, act="merge", name="core_person_merge")
        return [merge, *super().get_urls()]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make one record of two: asks which one stays, shows what will move, then does it."""
        double = Person.objects.get(pk=pk)
        form = MergeForm(request.POST or None, site=self.admin_site)
        if form.is_valid():
            keep = form.cleaned_data["keep"]
            if why := why_not_merge(keep, double):
                form.add_error("keep", why)
            elif "_confirmed" not in request.POST:
                return self._ask_to_merge(request, keep, double)
            else:
                moved = appearances(double)
                try:
                    merge_people(keep, double)
                except CannotMerge as error:  # changed since
                    messages.warning(request, str(error))
                    return HttpResponseRedirect(request.path)
                self.log_change(request, keep, f"Merged with {double}.")
                words = "There was nothing to move" if moved == NOWHERE else f"Moved: {moved}"
                messages.success(request, f"{double} is now part of {keep}. {words}.")
                return HttpResponseRedirect(reverse("admin:core_person_change", args=[keep.pk]))
        context = {
            **self.admin_site.each_context(request),
            "step": "choose",
            "title": f"Merge {double} with another person",
            "form": form,
            "double": double,
            "opts": self.opts,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/person_merge.html", context)

    def _ask_to_merge(self, request: HttpRequest, keep: Person, double: Person) -> HttpResponse:
        """Both records side by side, as people of one name are told apart by what they did."""
        context = {
            **self.admin_site.each_context(request),
            "step": "confirm",
            "title": f"Merge {double} with {keep}?",
            "double": double,
            "keep": keep,
            "both": [
                (words, person, appearances(person))
                for words, person in (("This record goes", double), ("This one stays", keep))
            ],
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/person_merge.html", context)
