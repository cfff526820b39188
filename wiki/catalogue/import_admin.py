"""The page of the admin on which staff import a table: looked through first, then taken over."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from .columns import COLUMNS
from .csv_reading import NotATable
from .importing import AlreadyRunning, Report, import_resources

MOST_BYTES = 10 * 1024**2
SHOWN = 200  # problems


class ImportForm(forms.Form):
    file = forms.FileField(
        label="Table",
        help_text="A CSV file in UTF-8, up to 10 MB. The first row names the columns.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    publish = forms.BooleanField(
        label="Publish new resources right away",
        required=False,
        help_text="If not selected, they are saved as drafts. Existing resources keep their state.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is too large. It can be up to 10 MB.")
        return file


class ImportViews:
    """Mixin of the admin of resources."""

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Looks a table through ('_check'), or takes it over ('_import')."""
        form = ImportForm(request.POST or None, request.FILES or None)
        if not self.may_publish(request):
            del form.fields["publish"]
        report, is_check = None, "_import" not in request.POST
        if form.is_valid():
            report = self._import(request, form, is_check)
        context = {
            **self.admin_site.each_context(request),
            "title": "Import resources",
            "form": form,
            "report": report,
            "is_check": is_check,
            "problems": report.problems[:SHOWN] if report else [],
            "more": max(len(report.problems) - SHOWN, 0) if report else 0,
            "columns": COLUMNS,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/resource_import.html", context)

    def _import(self, request: HttpRequest, form: ImportForm, is_check: bool) -> Report | None:
        try:
            return import_resources(
                form.cleaned_data["file"].file,
                by=request.user,
                publish=form.cleaned_data.get("publish", False),
                dry_run=is_check,
            )
        except (NotATable, AlreadyRunning) as error:
            form.add_error("file", str(error))
            return None
