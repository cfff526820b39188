"""
Public forms carry no token, because their pages are the same for everyone and cached; posts that
another site's page makes a browser send are refused by what browsers say of a request's origin.

https://www.w3.org/TR/fetch-metadata/ and https://fetch.spec.whatwg.org/#origin-header
"""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.csrf import csrf_exempt


class PostedFromElsewhere(PermissionDenied):
    """A form came from a page that is not of this site, or of which the browser does not say so."""


def comes_from_here(request: HttpRequest) -> bool:
    """
    Whether a page of ours, or no page, sent `request`.

    Sec-Fetch-Site decides where it is sent; else Origin must be our scheme and host ('null' is
    not). A browser that sends neither (old ones, plain http) passes.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def same_site_posts(view):
    """Decorator: the view takes posts from our own pages, without Django's token."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs):
        if request.method == "POST" and not comes_from_here(request):
            raise PostedFromElsewhere("posted from another site")
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
