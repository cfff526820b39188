from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competencyworks.core.metadata import PageMeta

from ..models import Resource
from .forms import MapForm
from .policy_map import STEPS, policies_at
from .tiles import COLUMNS, ROWS, SIZE

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
    context = {
        "meta": meta,
        "form": form,
        "day": form.cleaned_data.get("as_of"),
        "stage_words": STAGE_WORDS[form.stage_shown],
        "by_form": form.cleaned_data.get("color") == "form",
        "states": rows,
        "drawn": sorted(rows, key=lambda row: (row.y, row.x)),
        "total": sum(row.count for row in rows),
        "having": sum(row.count > 0 for row in rows),
        "forms": Resource.PolicyForm.choices,
        "steps": _steps(),
        "width": COLUMNS * SIZE,
        "height": ROWS * SIZE,
    }
    return render(request, "wiki/states.html", context, status=200 if is_valid else 400)


def _steps() -> list[tuple[int, str]]:
    """Each step of the legend, and what it stands for."""
    words = []
    for step, least in enumerate(STEPS, start=1):
        most = STEPS[step] - 1 if step < len(STEPS) else None
        if most is None:
            words.append((step, f"{least} and more"))
        else:
            words.append((step, str(least) if least == most else f"{least}–{most}"))
    return [(0, "None"), *words]
