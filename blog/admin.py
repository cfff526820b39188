from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join

from competencyworks.core.numbers import whole_number
from competencyworks.core.policy_admin import PolicyAdmin, PolicyInline
from competencyworks.core.prose.richtext import EditorAdmin
from competencyworks.core.publishable_actions import StageFilter
from competencyworks.core.publishable_admin import PublishableAdmin
from competencyworks.core.publishing import Publishable

from . import digests
from .byline_admin import NamesAuthor
from .digest_form import DigestRowInline
from .models import Channel, Digest, DigestRow, Post, PostAuthor, Series
from .papers.admin import PaperAdmin
from .views import render_post, render_series

__all__ = ["ChannelAdmin", "PaperAdmin", "PostAdmin", "SeriesAdmin"]

Status = Publishable.Status


class AuthorInline(PolicyInline, admin.TabularInline):
    model = PostAuthor
    in_revisions = True
    extra = 1
    autocomplete_fields = ["person"]
    verbose_name = "author"
    verbose_name_plural = "authors, in byline order"


@admin.register(Post)
class PostAdmin(NamesAuthor, PublishableAdmin):
    """Articles; digests have an entry of their own."""

    form_of_posts = Post.Form.ARTICLE
    list_display = ["thumbnail", "title", "stage", "channel", "names", "day"]
    list_display_links = ["title"]
    list_filter = [StageFilter, "channel", ("series", admin.RelatedOnlyFieldListFilter), "topics"]
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "series"]
    inlines = [AuthorInline]
    fieldsets = [
        (None, {"fields": ["title", "channel", "body", "excerpt", "picture", "revision_reason"]}),
        PublishableAdmin.publication,
        ("Series", {"fields": [("series", "series_position")]}),
        PublishableAdmin.classification,
        PublishableAdmin.comments,
        PublishableAdmin.search_engines,
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request).filter(form=self.form_of_posts)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            rows = rows.select_related("channel", "picture").prefetch_related(
                "post_authors__person"
            )
        return rows

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Links that know a post, but not its form, lead here; a digest's go on to its own."""
        if self.model is Post and (key := whole_number(object_id)):
            digest = Digest.objects.filter(pk=key)
            if digest.exists():
                url = reverse("admin:blog_digest_change", args=[object_id])
                query = request.META["QUERY_STRING"]  # which says that a working copy is meant
                return HttpResponseRedirect(f"{url}?{query}" if query else url)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description="authors")
    def names(self, post):
        return format_html_join(", ", "{}", ((a.person.name,) for a in post.post_authors.all()))

    def get_changeform_initial_data(self, request):
        first = Channel.objects.values_list("pk", flat=True).first()
        return {"channel": first, **super().get_changeform_initial_data(request)}

    def render_preview(self, request, item):
        return render_post(request, Post.objects.whole().get(pk=item.pk), preview=True)


@admin.register(Digest)
class DigestAdmin(PostAdmin):
    """'What's New': an introduction, and rows of links under headings."""

    form_of_posts = Post.Form.DIGEST
    list_filter = [StageFilter, "channel", "topics"]
    inlines = [DigestRowInline, AuthorInline]
    change_form_template = "admin/digest_change_form.html"
    fieldsets = [
        (None, {"fields": ["title", "channel", "body", "excerpt", "picture", "revision_reason"]}),
        PublishableAdmin.publication,
        PublishableAdmin.classification,
        PublishableAdmin.comments,
        PublishableAdmin.search_engines,
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "body":
            field.label = "Introduction"
            field.widget.config["height"] = 180
            field.help_text = "Optional. A few sentences before the links."
        return field

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.model is DigestRow:
            digests.settle(form.instance)


class PartInline(PolicyInline, admin.TabularInline):
    """The parts of a series, so that their order can be set in one place."""

    model = Post
    fk_name = "series"
    fields = ["series_position", "title", "stage", "publish_at"]
    readonly_fields = ["title", "stage", "publish_at"]
    ordering = ["series_position", "publish_at"]
    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    verbose_name_plural = "parts (lower numbers come first)"

    def get_queryset(self, request):
        return super().get_queryset(request).kept().light()


@admin.register(Series)
class SeriesAdmin(PublishableAdmin):
    list_display = ["thumbnail", "title", "stage", "published_parts", "day"]
    list_display_links = ["title"]
    inlines = [PartInline]
    fieldsets = [
        (None, {"fields": ["title", "body", "excerpt", "picture", "revision_reason"]}),
        PublishableAdmin.publication,
        PublishableAdmin.classification,
        PublishableAdmin.search_engines,
    ]

    def get_queryset(self, request):
        parts = Q(posts__status=Status.PUBLISHED, posts__trashed_at=None)
        return super().get_queryset(request).annotate(parts=Count("posts", filter=parts))

    @admin.display(description="parts, including scheduled ones", ordering="parts")
    def published_parts(self, series):
        return series.parts

    def render_preview(self, request, item):
        return render_series(request, item, preview=True)


@admin.register(Channel)
class ChannelAdmin(EditorAdmin, PolicyAdmin):
    list_display = ["name", "tagline"]
    fields = ["name", "tagline", "introduction"]
