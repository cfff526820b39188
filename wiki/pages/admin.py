from django.contrib import admin, messages
from django.db.models import F
from django.http import HttpRequest
from django.utils.html import format_html

from competencyworks.core.choice_fields import KnownKeyField, KnownKeySelect
from competencyworks.core.policy_admin import PolicyInline
from competencyworks.core.publishable_actions import StageFilter
from competencyworks.core.publishable_admin import PublishableAdmin

from ..models import PageResource, WikiPage
from ..reviewing_admin import DueFilter, OwnerFilter, ReviewedAdmin
from ..title_completion import CompletesTitles, titles
from . import moving, renaming
from .listed_resources import PageResourceForm, PageResourceFormSet
from .views import preview_of, render_page


class PageResourceInline(PolicyInline, admin.StackedInline):
    model = PageResource
    form = PageResourceForm
    in_revisions = True
    formset = PageResourceFormSet
    fields = ["resource", "note", "position"]
    autocomplete_fields = ["resource"]
    template = "admin/page_resource_rows.html"
    extra = 1  # for those without JavaScript; the script takes it out
    most_rows = 1000
    too_many = "A page can list up to %(num)d resources. Move some of them to a subpage."
    verbose_name_plural = "resources on this page"

    class Media:
        js = ("competencyworks/admin/rows.js",)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "resource":
            kwargs |= {
                "form_class": KnownKeyField,
                "widget": KnownKeySelect(db_field, self.admin_site, using=kwargs.get("using")),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(WikiPage)
class WikiPageAdmin(CompletesTitles, ReviewedAdmin, PublishableAdmin):
    list_display = ["title", "under", "stage", "owner_name", "due_day", "updated_at"]
    list_filter = [StageFilter, DueFilter, OwnerFilter, "topics"]
    list_select_related = ["owner"]
    date_hierarchy = None
    ordering = ["title"]
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "parent"]
    inlines = [PageResourceInline]
    fieldsets = [
        (
            None,
            {
                "fields": PublishableAdmin.text_fields,
                "description": "To link to another page, type [[ and choose its title, or write "
                "[[Title]] or [[Title|link text]]. A link to a page that does not "
                "exist yet is shown as wanted. If you change the title, the old "
                "address redirects here and all links to the old title are updated.",
            },
        ),
        (
            "Place in the wiki",
            {
                "fields": ["parent", "position"],
                "description": "Subpages move with this page. No web address changes.",
            },
        ),
        (
            "Resources on this topic",
            {
                "fields": ["listed"],
                "description": "Choose resources at the bottom of this form. Resources on this "
                "page’s topics can be added automatically.",
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
                messages.success(request, f"Links in {texts} were updated to the new title.")
        super().save_model(request, obj, form, change)

    def put_back(self, by, item: WikiPage, content: dict, answer: str = "") -> list[str]:
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
        page = self.page("titles/", titles, act="complete_titles", name="wiki_wikipage_titles")
        return [page, *super().get_urls()]
