from django import forms
from django.contrib import admin, messages
from django.db.models import F
from django.http import HttpRequest
from django.urls import path
from django.utils.html import format_html

from competencyworks.core.publishable_admin import PublishableAdmin, StageFilter

from ..models import PageResource, WikiPage
from ..reviewing_admin import DueFilter, OwnerFilter, ReviewedAdmin
from ..title_completion import CompletesTitles, titles
from . import moving, renaming
from .views import preview_of, render_page

WORDS = ("resource", "note")
LAST = 2**15 - 1  # the greatest place that there is


class PageResourceForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        if self.instance.pk is None:
            self.initial["position"] = None

    def has_changed(self) -> bool:
        """Of a new row the place alone says nothing."""
        if self.instance.pk is None:
            return any(self.data.get(self.add_prefix(name), "").strip() for name in WORDS)
        return super().has_changed()

    def clean_position(self) -> int:
        """A row without a place goes to the end."""
        place = self.cleaned_data["position"]
        return LAST if place is None else place


class PageResourceFormSet(forms.BaseInlineFormSet):
    """After a save the places are counted anew."""

    def save(self, commit=True):
        saved = super().save(commit)
        if commit:
            settle(self.instance)
        return saved


class PageResourceInline(admin.StackedInline):
    model = PageResource
    form = PageResourceForm
    in_revisions = True
    formset = PageResourceFormSet
    fields = ["resource", "note", "position"]
    autocomplete_fields = ["resource"]
    template = "admin/page_resource_rows.html"
    extra = 1  # for those without JavaScript; the script takes it out
    verbose_name_plural = "resources on this page"

    class Media:
        js = ("competencyworks/admin/rows.js",)


def settle(page: WikiPage) -> None:
    """Count the places of the resources on a page anew: 10, 20, 30."""
    rows = list(page.page_resources.order_by("position", "pk"))
    for number, row in enumerate(rows, start=1):
        row.position = 10 * number
    PageResource.objects.bulk_update(rows, ["position"])


@admin.register(WikiPage)
class WikiPageAdmin(CompletesTitles, ReviewedAdmin, PublishableAdmin):
    list_display = ["title", "under", "stage", "owner_name", "due_day", "updated_at"]
    list_filter = [StageFilter, DueFilter, OwnerFilter, "topics"]
    list_select_related = ["owner"]
    date_hierarchy = None
    ordering = ["title"]
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "parent"]
    inlines = [PageResourceInline]
    publish_permission = "wiki.publish_wikipage"
    fieldsets = [
        (
            None,
            {
                "fields": PublishableAdmin.text_fields,
                "description": "Link to other pages by their titles: type [[ and choose, or write "
                "[[Title]] or [[Title|the words to show]]. A link to a page that nobody has "
                "written yet is shown as wanted. When you change the title, the old address "
                "leads here, and all links to the old title are rewritten.",
            },
        ),
        (
            "Place in the wiki",
            {
                "fields": ["parent", "position"],
                "description": "What stands below this page moves with it. No address changes.",
            },
        ),
        (
            "Resources on this topic",
            {
                "fields": ["listed"],
                "description": "Choose resources at the foot of this form; those of this page’s "
                "topics can follow by themselves.",
            },
        ),
        ReviewedAdmin.care,
        PublishableAdmin.publication,
        PublishableAdmin.classification,
        PublishableAdmin.comments,
        PublishableAdmin.search_engines,
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            rows = rows.select_related(None).select_related("owner")
            rows = rows.annotate(under_title=F("parent__title"))
        return rows

    @admin.display(description="below", ordering="under_title")
    def under(self, page):
        if not page.parent_id:
            return ""
        return format_html('<a href="{}/change/">{}</a>', page.parent_id, page.under_title)

    def changeform_view(self, request, *args, **kwargs):
        """A title or place that a colleague took in this moment is refused as by the form."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (renaming.CannotRename, moving.CannotMove):
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        if change and "parent" in form.changed_data:
            moving.check_place(obj)
        if change:
            reason = form.cleaned_data.get("revision_reason", "")
            rewritten = renaming.renamed_on_save(obj, by=request.user, reason=reason)
            if rewritten:
                texts = "1 text" if rewritten == 1 else f"{rewritten} texts"
                messages.success(request, f"Links in {texts} were rewritten to the new title.")
        super().save_model(request, obj, form, change)

    def put_back(self, by, item: WikiPage, content: dict) -> list[str]:
        """As by the form: another title rewrites the links to this page."""
        title = content.get("title", item.title)
        if title == item.title:
            return super().put_back(by, item, content)
        try:
            renaming.rename(item, title, slug=content.get("slug", ""), by=by)
        except renaming.CannotRename as error:
            content = {**content, "title": item.title, "slug": item.slug}
            return [f"Title: {error}", *super().put_back(by, item, content)]
        item.refresh_from_db()
        return super().put_back(by, item, {**content, "slug": item.slug})

    def render_preview(self, request: HttpRequest, item: WikiPage):
        return render_page(request, preview_of(item.pk), preview=True)

    def get_urls(self):
        view = self.admin_site.admin_view(titles)
        return [path("titles/", view, name="wiki_wikipage_titles"), *super().get_urls()]
