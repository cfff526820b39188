"""What the pages of this room answer alike."""

from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from competencyworks.core.metadata import FAILED, PageMeta

from ..models import Event

UNPROCESSABLE, CONFLICT, TOO_MANY, GONE = 422, 409, 429, 410
# What became of a form that was sent, as the registrant's own page says it. The address carries it,
# because readers have no cookies.
OUTCOMES = {
    "changes": "Your changes were saved.",
    "answers": "Thank you. Your answers were saved.",
    "no-changes": "Your changes were not saved.",
    "no-answers": "Your answers were not saved.",
}
WAIT = 3600  # seconds, told to who tried too often


def private(view):
    """Decorator: the answer is for one visitor, and its address goes nowhere with a link."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def page(
    request: HttpRequest,
    template: str,
    title: str,
    context: dict,
    status: int = 200,
    *,
    below: Event | None = None,
    crumb: str = "",
) -> HttpResponse:
    """
    A page that search engines leave alone; `below` is the event that it belongs to, `crumb` what
    the breadcrumb calls it, if not by its title.
    """
    crumbs = [("Home", "/"), ("Events", "/events/")]
    if below is not None and below.is_public:
        crumbs.append((below.title, below.path))
    crumbs.append((crumb or title, request.path))
    meta = PageMeta(
        title=title,
        path=request.path,
        description=title,
        crumbs=crumbs,
        hidden=True,
        failed=status in FAILED,
    )
    response = render(request, f"events/{template}", {"meta": meta, **context}, status=status)
    if status == TOO_MANY:
        response["Retry-After"] = str(WAIT)
    return response


def see_other(path: str, outcome: str = "") -> HttpResponse:
    """After a post: look there. The registrant's own page says the `outcome` (one of OUTCOMES)."""
    return HttpResponseRedirect(f"{path}?saved={outcome}" if outcome else path, status=303)
