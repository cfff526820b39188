"""The admin of old addresses: the former addresses of pages, and redirects that staff add."""

import copy

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from .addresses import local_part, normalize
from .policy_admin import PolicyAdmin

NOT_FOR_PAGES = ("/admin", "/static", "/media")


def answers(request: HttpRequest, address: str) -> bool:
    """Whether the site answers readers at `address` (normalized) now."""
    path, _mark, query = address.partition("?")
    if any(path == root or path.startswith(f"{root}/") for root in NOT_FOR_PAGES):
        return True
    if query:  # WordPress's queries of the front page lead elsewhere though there is a front page
        return False
    return any(_answers_at(request, form) for form in dict.fromkeys([path, f"{path.rstrip('/')}/"]))


def _answers_at(request: HttpRequest, path: str) -> bool:
    probe = copy.copy(request)
    probe.method = "GET"
    probe.path = probe.path_info = path
    probe.META = {**request.META, "PATH_INFO": path, "QUERY_STRING": ""}
    probe.GET = QueryDict("")
    probe.user = AnonymousUser()
    try:
        view, args, kwargs = resolve(path)
        return view(probe, *args, **kwargs).status_code < 400
    except (Resolver404, Http404, PermissionDenied):
        return False


class OldAddressForm(forms.ModelForm):
    """A redirect. Where a page answers, the redirect would never be used."""

    request: HttpRequest  # set by OldAddressAdmin.get_form()

    def clean_path(self) -> str:
        path = self.cleaned_data["path"]
        local = local_part(path)
        changed = local is not None and normalize(local) != self.initial.get("path")
        if changed and answers(self.request, normalize(local)):
            raise forms.ValidationError(
                "There is a page at this address now, so a redirect from it would not work.",
                code="live",
            )
        return path


class OldAddressAdmin(PolicyAdmin):
    """What the site once answered to. Staff may add redirects of their own."""

    form = OldAddressForm
    list_display = ["path", "leads_to", "created_at"]
    search_fields = ["path", "to"]
    fields = ["path", "to"]
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("item")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        return form

    @admin.display(description="redirects to")
    def leads_to(self, address):
        return address.to or str(address.item or "a deleted item")
