"""
The page that says why a form was not taken (its token is missing or old, or it came from another
site's page), and gives back what was typed, so that nothing is lost. It needs no session: often
that is what is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import SuspiciousOperation, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from competencyworks.accounts.adapters import is_admin_address
from competencyworks.core.kept_words import NAME
from competencyworks.core.metadata import PageMeta

from .typed_fields import TypedFields

# What reading a form raises that is too large, has too many fields, is malformed, or broken off.
UNREADABLE = (
    SuspiciousOperation, UnreadablePostError, MultiPartParserError, OSError, ValueError,
)  # fmt: skip
MOST_FIELDS = 100
MOST_READ = 1000  # fields of a form that has too many
MOST_CHARACTERS = 500_000  # of all fields together


@dataclass(frozen=True)
class Typed:
    """One field of the form that came back."""

    name: str
    text: str
    cut: bool = False

    @property
    def rows(self) -> int:
        return max(1, min(16, self.text.count("\n") + len(self.text) // 80 + 1))


@never_cache
def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, inside and outside of the admin."""
    inside = request.path_info.startswith(settings.CSRF_COOKIE_PATH)
    user = getattr(request, "user", None)
    is_signed_in = inside and user is not None and user.is_authenticated
    if is_signed_in and request.path == reverse("account_login"):
        return HttpResponseRedirect(_where_to(request))
    fields, left_out = typed(request)
    context = {
        "title": "This form was not saved",
        "meta": PageMeta(title="This form was not sent", path=request.path, hidden=True),
        "fields": fields,
        "left_out": left_out,
        "reference": getattr(request, "id", ""),
        "again": request.get_full_path() if inside else "",
        "is_signed_in": is_signed_in,
        "is_kept": inside and bool(NAME.fullmatch(_posted(request, "kept_as"))),
        "is_act": inside and bool(_posted(request, "action")),
    }
    template = "admin/csrf_failure.html" if inside else "csrf_failure.html"
    return render(request, template, context, status=403)


def _fields(request: HttpRequest) -> Iterable[tuple[str, list[str]]]:
    """The fields of the form; the first ones of a form that has too many."""
    try:
        found = request.POST
    except TooManyFieldsSent:
        found = {}
    if found or request.content_type != "application/x-www-form-urlencoded":
        return found.lists() if found else []
    start = b"&".join(request.body.split(b"&", MOST_READ)[:MOST_READ])
    return parse_qs(start.decode(errors="replace"), keep_blank_values=True).items()


def _where_to(request: HttpRequest) -> str:
    """Where somebody wanted to go who signed in by another tab, or sent the form twice."""
    url = _posted(request, REDIRECT_FIELD_NAME)
    return url if is_admin_address(url) else reverse("admin:index")


def _posted(request: HttpRequest, name: str) -> str:
    try:
        return request.POST.get(name, "")
    except UNREADABLE:
        return ""


def typed(request: HttpRequest) -> tuple[list[Typed], bool]:
    """What was typed into the form, without secrets and files; and whether more was left out."""
    try:
        posted = list(_fields(request))
    except UNREADABLE:
        return [], True
    found, left = [], MOST_CHARACTERS
    fields = TypedFields(request.path_info)
    for name, values in posted:
        for value in values:
            label = fields.label(name, value) if value.strip() else None
            if label is None:
                continue
            if len(found) >= MOST_FIELDS or left <= 0:
                return found, True
            found.append(Typed(label, value[:left], cut=len(value) > left))
            left -= len(value)
    return found, left < 0
