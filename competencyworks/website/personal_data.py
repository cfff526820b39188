"""
The admin's page on one person's data: look, download, erase.

Everything is a POST, so that the address stands in no log and in no history. For superusers.
"""

import json

from django import forms
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from competencyworks.accounts.last_superuser import LastSuperuser, check_another_stays
from competencyworks.core.email_addresses import AnyEmailFormField
from competencyworks.core.privacy import Erased, erase_person, export_person
from competencyworks.core.privacy.registry import holders
from competencyworks.core.privacy.traces import traces


class PersonForm(forms.Form):
    """Whose data, and how far an erasure goes."""

    email = AnyEmailFormField(label="Email address", widget=forms.EmailInput(attrs={"size": 40}))
    words = forms.BooleanField(
        label="Also remove the text of their comments",
        required=False,
        help_text="A note replaces the text, so that replies still make sense.",
    )
    profile = forms.BooleanField(
        label="Also remove their profile, and their name from what they published",
        required=False,
        help_text="Their articles stay, under “Name removed.”",
    )
    account = forms.BooleanField(
        label="Also deactivate their account, and remove its user name",
        required=False,
        help_text="Nobody signs in with it any longer. Not checked, the account stays and loses "
        "its address: it can neither reset its password nor get mail.",
    )

    def accounts(self) -> list:
        email = self.cleaned_data["email"]
        mine = Q(email__iexact=email) | Q(username__iexact=email)
        return list(get_user_model().objects.filter(mine).order_by("pk"))

    def clean(self):
        data = super().clean()
        if "email" in data and self.data.get("step") == "erase":
            # The address may itself be the user name: then the account ends anyway.
            for user in self.accounts():
                if data["account"] or user.get_username().lower() == data["email"].lower():
                    try:
                        check_another_stays(user)
                    except LastSuperuser as error:
                        self.add_error("account", str(error))
        return data


@transaction.atomic
def personal_data(request: HttpRequest, context: dict) -> HttpResponse:
    """The page: a form; then what is held; then a question; then what was done."""
    form = PersonForm(request.POST or None)
    context |= {"title": "A person’s data", "form": form, "step": "ask"}
    if form.is_valid():
        email, step = form.cleaned_data["email"], request.POST.get("step")
        accounts = form.accounts()
        if not accounts:
            del form.fields["account"]
        if step == "download":
            return _download(request, email)
        if step == "erase":
            context |= {"step": "erased", "form": PersonForm()} | _erase(request, form)
        else:
            context |= {"step": "confirm" if step == "confirm" else "show"} | _held(email)
            context["accounts"] = accounts
    elif "account" in form.errors:
        email = form.data["email"]
        context |= {"step": "confirm", "accounts": form.accounts()} | _held(email)
    response = TemplateResponse(request, "admin/personal_data.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _held(email: str) -> dict:
    found = export_person(email)["held"]
    kinds = [(holders()[kind].title, rows) for kind, rows in found.items() if rows]
    return {"email": email, "kinds": kinds, "traces": traces(email)}


def _download(request: HttpRequest, email: str) -> HttpResponse:
    _log(request, CHANGE, "Exported.")
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
    counts = ", ".join(f"{kind} {count}" for kind, count in erased.counts.items() if count)
    _log(request, DELETION, f"Erased: {counts}.")
    return {"done": done, "left": erased.left}


def _log(request: HttpRequest, flag: int, message: str) -> None:
    """That it was done is kept, for whom it was is not."""
    LogEntry.objects.create(
        user=request.user,
        action_flag=flag,
        object_repr="A person’s data",
        change_message=message,
    )
