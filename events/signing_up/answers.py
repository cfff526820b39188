"""What the pages of this room answer alike."""

from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from competencyworks.core.metadata import PageMeta

UNPROCESSABLE, CONFLICT, TOO_MANY, GONE = 422, 409, 429, 410
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
    request: HttpRequest, template: str, title: str, context: dict, status: int = 200
) -> HttpResponse:
    """A page that search engines leave alone."""
    crumbs = [("Home", "/"), ("Events", "/events/"), (title, request.path)]
    meta = PageMeta(title=title, path=request.path, description=title, crumbs=crumbs, hidden=True)
    response = render(request, f"events/{template}", {"meta": meta, **context}, status=status)
    if status == TOO_MANY:
        response["Retry-After"] = str(WAIT)
    return response


def see_other(path: str) -> HttpResponse:
    """After a post: look there."""
    return HttpResponseRedirect(path, status=303)
