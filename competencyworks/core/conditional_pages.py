"""Public pages that a browser or program has already are not sent again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware


class ConditionalPagesMiddleware(ConditionalGetMiddleware):
    """
    Gives public answers an ETag, and `no-cache` where nothing else is said: they may be kept, but
    are asked for again each time, because a page that staff changed must show at once. What is
    there already is answered with 304, for If-None-Match and for If-Modified-Since.

    Pages of staff, and all that says `no-store`, stay as they are.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase):
        if response.status_code != 200 or request.path.startswith(settings.SESSION_COOKIE_PATH):
            return response
        response.headers.setdefault("Cache-Control", "no-cache")
        return super().process_response(request, response)
