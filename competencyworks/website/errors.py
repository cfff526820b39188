"""The pages that say what went wrong, with a reference, and nothing of the inside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from competencyworks.core.metadata import PageMeta


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 with a search field."""
    return _page(request, 404, "This page is not here", "404.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, in the admin as in public."""
    return _page(request, 403, "You may not see this page", "403.html")


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without the database, which may be what is broken."""
    context = {"reference": getattr(request, "id", "")}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _page(request: HttpRequest, status: int, title: str, template: str) -> HttpResponse:
    meta = PageMeta(title=title, path=request.path, hidden=True)
    context = {"meta": meta, "reference": getattr(request, "id", "")}
    return render(request, template, context, status=status)
