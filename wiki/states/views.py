from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competencyworks.core.metadata import PageMeta

from ..models import Resource
from .forms import MapForm
from .policy_map import STEPS, policies_at, table_rows
from .tiles import DRAWING, drawn, legend

CRUMBS = [("Home", "/"), ("Wiki", "/wiki/"), ("States", "/wiki/states/")]
STAGE_WORDS = {
    "": "of any stage",
    "in_force": "in force",
    "proposed": "proposed",
    "ended": "no longer in force",
}


def policy_map(request: HttpRequest) -> HttpResponse:
    """Policies by state, on a map and in a table, as of any day."""
    form = MapForm(request.GET or {})
    is_valid = form.is_valid()
    rows = policies_at(form.moment, form.stage_shown)
    meta = PageMeta(
        title="Policies by state",
        path="/wiki/states/",
        description="Which states let learning count in place of hours: a map and a table of the "
        "policies in this wiki, as of any day.",
        crumbs=CRUMBS,
        hidden=bool(request.GET),
    )
    by_form = form.cleaned_data.get("color") == "form"
    context = {
        "meta": meta,
        "form": form,
        "day": form.cleaned_data.get("as_of"),
        "stage_words": STAGE_WORDS[form.stage_shown],
        "by_form": by_form,
        "table": table_rows(rows),
        "tiles": drawn(row.tile(by_form=by_form) for row in rows),
        "drawing": DRAWING,
        "total": sum(row.count for row in rows),
        "having": sum(row.count > 0 for row in rows),
        "forms": Resource.PolicyForm.choices,
        "steps": legend(STEPS),
    }
    return render(request, "wiki/states.html", context, status=200 if is_valid else 400)
