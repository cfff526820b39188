from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competencyworks.core.metadata import PageMeta

from ..models import Resource
from .forms import MapForm
from .policy_map import STEPS, drawn_at
from .tiles import legend

CRUMBS = [("Home", "/"), ("Wiki", "/wiki/"), ("States", "/wiki/states/")]
STAGE_WORDS = {
    "": "at any stage",
    "in_force": "in force",
    "proposed": "proposed",
    "ended": "no longer in force",
}


def policy_map(request: HttpRequest) -> HttpResponse:
    """Policies by state, on a map and in a table, as of any day."""
    form = MapForm(request.GET or {})
    is_valid = form.is_valid()
    by_form = form.cleaned_data.get("color") == "form"
    drawn = drawn_at(form.moment, form.stage_shown, by_form=by_form)
    meta = PageMeta(
        title="Policies by state",
        path="/wiki/states/",
        description="Which states let learning count in place of hours: a map and a table of the "
        "policies in this wiki, for any date.",
        crumbs=CRUMBS,
        hidden=bool(request.GET),
    )
    context = {
        "meta": meta,
        "form": form,
        "day": form.cleaned_data.get("as_of"),
        "stage_words": STAGE_WORDS[form.stage_shown],
        "by_form": by_form,
        "drawn": drawn,
        "forms": Resource.PolicyForm.choices,
        "steps": legend(STEPS),
    }
    return render(request, "wiki/states.html", context, status=200 if is_valid else 400)
