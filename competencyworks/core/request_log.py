"""
One line in the log for each request, and a reference that ties it to an error page.

The line holds the route's name, never the address: addresses may carry tokens and names.
"""

import logging
import secrets
import time

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("competencyworks.request")


class RequestLogMiddleware:
    """Gives each request an `id` (also sent as X-Request-ID) and logs its answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.id = secrets.token_hex(6)
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        match = request.resolver_match
        logger.info(
            "id=%s method=%s route=%s status=%d ms=%.1f",
            request.id,
            request.method,
            (match.view_name or match._func_path) if match else "-",
            response.status_code,
            (time.perf_counter() - started) * 1000,
        )
        return response
