"""The pages that say what went wrong, with a reference, and nothing of the inside."""

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from competencyworks.core.cross_site import PostedFromElsewhere
from competencyworks.core.metadata import PageMeta
from competencyworks.core.paging import NoSuchPage
from competencyworks.core.policy import Refused

from . import csrf_failure

logger = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 with a search field; of a list that has no such page, with the way to its first."""
    if isinstance(exception, NoSuchPage):
        query = request.GET.copy()
        query.pop(exception.parameter, None)
        first = request.path + (f"?{query.urlencode()}" if query else "")
        return _page(
            request, 404, "That page of the list could not be found", "404.html", first_page=first
        )
    return _page(request, 404, "The page could not be found", "404.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, in the admin as in public; says why, or gives back what was typed, where it can."""
    if isinstance(exception, PostedFromElsewhere):
        return csrf_failure.refused(request)
    title, more = "You don’t have access to this page", {}
    if isinstance(exception, Refused):
        title, more = "You don’t have permission to do this", {"reason": str(exception)}
    return _page(request, 403, title, "403.html", in_admin=_is_in_admin(request), **more)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """
    400: rendered without asking the request anything, as it may be what is malformed. A form with
    more in it than the site reads is told so, with what was typed as far as it can be read.
    """
    context = {"reference": getattr(request, "id", "")}
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent | RequestDataTooBig):
        fields, left_out = csrf_failure.typed(request)
        context |= {
            "too_many_fields": isinstance(exception, TooManyFieldsSent)
            and f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}",
            "too_many_files": isinstance(exception, TooManyFilesSent),
            "megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2,
            "is_too_much": True,
            "fields": fields,
            "left_out": left_out and bool(fields),
        }
    return HttpResponse(render_to_string("400.html", context), status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without the database, which may be what is broken."""
    reference = getattr(request, "id", "")
    try:
        context = {
            "reference": reference,
            "in_admin": _is_in_admin(request),
            # A form is not sent again by following a link.
            "again": request.get_full_path() if request.method == "GET" else "",
        }
        page = render_to_string("500.html", context)
    except Exception:  # the templates or static files may be what is broken
        logger.exception("The page for errors could not be made")
        page = f"Something went wrong. Reference: {reference}"
        return HttpResponse(page, content_type="text/plain", status=500)
    return HttpResponse(page, status=500)


def _is_in_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/")


def _page(request: HttpRequest, status: int, title: str, template: str, **more) -> HttpResponse:
    meta = PageMeta(title=title, path=request.path, hidden=True)
    context = {"meta": meta, "reference": getattr(request, "id", ""), **more}
    return render(request, template, context, status=status)
