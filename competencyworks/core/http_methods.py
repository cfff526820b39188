"""Which methods of HTTP an address takes: decided in one place, before anything looks at a form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import Resolver404, resolve

READING = ("GET", "HEAD", "OPTIONS")
KNOWN = (*READING, "POST")
PLAIN = "text/plain; charset=utf-8"


class HttpMethodsMiddleware:
    """
    Answers OPTIONS with the methods that an address takes, and 405 to all that it does not.

    An address takes GET and HEAD. The admin takes POST as well, and so does a view that is exempt
    from Django's check of forms: readers have no cookie, so nobody could post to any other one.
    Views that take less than that say so themselves (require_safe, require_POST). Either answer has
    a few words, as people meet it too: with an old form, or by loading a page again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return _said(self.get_response(request))
        allowed = methods_of(request.path_info)
        if request.method not in allowed:
            return _said(HttpResponseNotAllowed(sorted(allowed)))
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(sorted(allowed))})
        return _said(self.get_response(request))


def _said(response: HttpResponseBase) -> HttpResponseBase:
    """The response; if it is an empty 405, with words for whoever sees it in a browser."""
    if response.status_code == 405 and not response.streaming and not response.content:
        response.headers["Content-Type"] = PLAIN
        response.content = (
            "405 Method Not Allowed\n\n"
            "This address does not accept what your browser sent, and nothing was saved. "
            "Open the page again, and try once more.\n\n"
            f"It accepts: {response.headers['Allow']}\n"
        )
    return response


def methods_of(path: str) -> tuple[str, ...]:
    """The methods that the address `path` takes; KNOWN where nothing is there, which is a 404."""
    try:
        found = resolve(path)
    except Resolver404:
        return READING if path.startswith("/static/") else KNOWN
    takes_forms = path.startswith("/admin/") or getattr(found.func, "csrf_exempt", False)
    return KNOWN if takes_forms else READING
