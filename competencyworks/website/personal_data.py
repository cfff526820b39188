"""
The admin's page on one person's data: look, download, erase.

Everything is a POST, so that the address stands in no log and in no history. For superusers.
"""

import json

from django import forms
from django.contrib.admin.models import DELETION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from competencyworks.core.privacy import Erased, erase_person, export_person
from competencyworks.core.privacy.registry import holders
from competencyworks.core.privacy.traces import traces


class PersonForm(forms.Form):
    """Whose data, and how far an erasure goes."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"size": 40})
    )
    words = forms.BooleanField(
        label="Also remove the words of their comments",
        required=False,
        help_text="A note takes their place, so that answers to them can still be read.",
    )
    profile = forms.BooleanField(
        label="Also remove their profile, and their name from what they published",
        required=False,
        help_text="Their articles stay, by “Name removed”.",
    )


def personal_data(request: HttpRequest, context: dict) -> HttpResponse:
    """The page: a form; then what is held; then a question; then what was done."""
    if not request.user.is_superuser:
        raise PermissionDenied
    form = PersonForm(request.POST or None)
    context |= {"title": "A person’s data", "form": form, "step": "ask"}
    if form.is_valid():
        email, step = form.cleaned_data["email"], request.POST.get("step")
        if step == "download":
            return _download(email)
        if step == "erase":
            context |= {"step": "erased", "form": PersonForm()} | _erase(request, form)
        else:
            context |= {"step": "confirm" if step == "confirm" else "show"} | _held(email)
    response = TemplateResponse(request, "admin/personal_data.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _held(email: str) -> dict:
    found = export_person(email)["held"]
    kinds = [(holders()[kind].title, rows) for kind, rows in found.items() if rows]
    return {"email": email, "kinds": kinds, "traces": traces(email)}


def _download(email: str) -> HttpResponse:
    text = json.dumps(export_person(email), indent=2, ensure_ascii=False)
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="personal-data.json"',
            "Cache-Control": "no-store",
        },
    )


def _erase(request: HttpRequest, form: PersonForm) -> dict:
    erased: Erased = erase_person(**form.cleaned_data)
    done = {holders()[kind].title: count for kind, count in erased.counts.items() if count}
    # That it was done is kept, for whom it was is not.
    LogEntry.objects.create(
        user=request.user,
        action_flag=DELETION,
        object_repr="A person’s data",
        change_message=f"Erased: {', '.join(f'{k} {n}' for k, n in erased.counts.items() if n)}.",
    )
    return {"done": done, "left": erased.left}
