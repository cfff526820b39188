"""Completion of `[[` in the editor: staff are shown the titles that there are."""

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, JsonResponse

from competencyworks.core.prose.richtext import EditorWidget

from .models import WikiPage
from .titles import title_key

SHOWN = 10
ADDRESS = "admin:wiki_wikipage_titles"


class CompletesTitles:
    """Mixin of the admins of kinds in whose `body` wikilinks stand."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, EditorWidget):
            field.widget.titles_at = ADDRESS
        return field


def titles(request: HttpRequest) -> JsonResponse:
    """
    Titles that hold the words `q`, those that begin with them first: {"titles": [{"title": …,
    "stage": "Draft"}]}. Of titles without words the ones that changed last.
    """
    key = title_key(request.GET.get("q", "")[:100].replace("\0", "")).rstrip("- ")
    rows = WikiPage.objects.kept().light()
    if key:
        begins = When(title_key__startswith=key, then=Value(0))
        first = Case(begins, default=Value(1), output_field=IntegerField())
        rows = rows.filter(title_key__contains=key).order_by(first, "title_key")
    else:
        rows = rows.order_by("-updated_at")
    found = [{"title": page.title, "stage": page.stage} for page in rows[:SHOWN]]
    response = JsonResponse({"titles": found})
    response["Cache-Control"] = "no-store"
    return response
