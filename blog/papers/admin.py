from django import forms
from django.contrib import admin
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from competencyworks.core.dates import moment_words
from competencyworks.core.policy_admin import PolicyInline
from competencyworks.core.publishable_actions import StageFilter
from competencyworks.core.publishable_admin import PublishableAdmin, PublishableForm

from ..byline_admin import NamesAuthor
from . import downloads, replacing
from .file_response import respond
from .models import Paper, PaperAuthor, PaperFile
from .pdf_files import MAX_BYTES
from .views import render_paper


class PaperForm(PublishableForm):
    """Adds the file that takes the place of the present one."""

    new_file = forms.FileField(
        label="Replace the file",
        required=False,
        max_length=replacing.NAME_LENGTH,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,application/pdf"}),
        help_text=f"A PDF of up to {MAX_BYTES // 1024**2} MB, with any file name. The public web "
        "address stays the same, and the earlier file is kept below.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "new_file" in self.fields and not (self.instance.pk and self.instance.file_in_use()):
            self.fields["new_file"].label = "File"

    def clean_new_file(self):
        upload = self.cleaned_data.get("new_file")
        if upload:
            self.accepted = replacing.check(self.instance, upload)
        return upload


class PaperAuthorInline(PolicyInline, admin.TabularInline):
    model = PaperAuthor
    in_revisions = True
    extra = 1
    autocomplete_fields = ["person"]
    verbose_name = "author"
    verbose_name_plural = "authors, in byline order"


@admin.register(Paper)
class PaperAdmin(NamesAuthor, PublishableAdmin):
    form = PaperForm
    list_display = ["thumbnail", "title", "stage", "year", "names", "downloaded", "day"]
    list_display_links = ["title"]
    list_filter = [StageFilter, "year", "topics"]
    inlines = [PaperAuthorInline]
    readonly_fields = ["files_kept", "fetched"]
    fieldsets = [
        (None, {"fields": ["title", "body", "excerpt", "picture", "revision_reason"]}),
        ("File", {"fields": ["new_file", "files_kept", "fetched"]}),
        ("Publication data", {"fields": ["publisher", ("year", "number", "doi")]}),
        PublishableAdmin.publication,
        PublishableAdmin.classification,
        PublishableAdmin.comments,
        PublishableAdmin.search_engines,
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name == "blog_paper_changelist":
            rows = rows.prefetch_related("paper_authors__person")
            rows = rows.annotate(fetched_in_all=Sum("downloads__count", default=0))
        return rows

    @admin.display(description="authors")
    def names(self, paper):
        return format_html_join(", ", "{}", ((a.person.name,) for a in paper.paper_authors.all()))

    @admin.display(description="downloads", ordering="fetched_in_all")
    def downloaded(self, paper):
        return paper.fetched_in_all

    @admin.display(description="downloads")
    def fetched(self, paper):
        if not paper.pk:
            return "Counted since publication."
        everything, recent = downloads.totals(paper)
        return f"{everything:,} in total, {recent:,} in the last 30 days. Robots are not counted."

    @admin.display(description="files")
    def files_kept(self, paper):
        if not paper.pk or not (files := list(paper.files.defer("text"))):
            return "No file yet."
        return format_html(
            '<table class="cw-files"><thead><tr><th scope="col">File</th>'
            '<th scope="col">Uploaded</th><th scope="col">Size</th><th scope="col">Text</th>'
            "</tr></thead><tbody>{}</tbody></table>",
            format_html_join(
                "",
                '<tr><td><a href="{}">{}</a>{}</td><td>{}</td><td>{}, {} p.</td><td>{}</td></tr>',
                (self._file_row(paper, row, row is files[0]) for row in files),
            ),
        )

    def _file_row(self, paper: Paper, row: PaperFile, is_current: bool) -> tuple:
        uploaded = timezone.localtime(row.uploaded_at)
        mark = format_html(" <strong>({})</strong>", "current file") if is_current else ""
        return (
            self._file_url(paper, row),
            row.original_name,
            mark,
            moment_words(uploaded),
            row.size_text,
            row.pages,
            row.reading_state,
        )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "body":
            field.label = "Abstract"
        if db_field.name == "picture":
            field.label = "Cover"
            field.help_text = "If left empty, it is made from the first page of the file."
        return field

    def save_related(self, request, form, formsets, change):
        # Before the revision is kept, which names the file.
        if upload := form.cleaned_data.get("new_file"):
            replacing.replace_file(form.instance, upload, request.user, form.accepted)
        super().save_related(request, form, formsets, change)

    def render_preview(self, request, item):
        paper = Paper.objects.whole().get(pk=item.pk)
        file = paper.current_file()
        url = self._file_url(paper, file) if file else ""
        return render_paper(request, paper, preview=True, file_url=url)

    # --- the files, for staff -----------------------------------------------------------------

    def get_urls(self):
        of_paper = self.page(
            "<int:pk>/files/<int:file_pk>/", self.kept_file, act="view", name="blog_paper_file"
        )
        return [of_paper, *super().get_urls()]

    def _file_url(self, paper: Paper, row: PaperFile) -> str:
        return reverse("admin:blog_paper_file", args=[paper.pk, row.pk])

    def kept_file(self, request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
        """Any file that a paper has or had, for staff who may see the paper."""
        paper = self.get_queryset(request).get(pk=pk)
        row = paper.files.defer("text").filter(pk=file_pk).first()
        if row is None:
            raise Http404("no such file")
        stem = row.original_name.removesuffix(".pdf") or paper.slug
        response = respond(request, row, f"{stem}.pdf")
        response["Cache-Control"] = "private, no-store"
        return response
