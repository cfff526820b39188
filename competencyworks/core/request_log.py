"""
One line in the log for each request, and a reference that ties it to an error page.

The line holds the route's name, never the address: addresses may carry tokens and names.
"""

import logging
import secrets
import time
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

from .log_lines import request_id, route_of

logger = logging.getLogger("competencyworks.request")


class AnswerBrokenOff(Exception):
    """
    Ends an answer whose content failed while it was sent, so that the server closes the connection.

    Raised in place of the fault, which is logged by then: the server writes down what reaches it,
    with its message, without the request's id.
    """


class RequestLogMiddleware:
    """Gives each request an `id` (also sent as X-Request-ID) and logs its answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.id = secrets.token_hex(6)
        # What is logged while the request is answered has the id, whoever logs it.
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request.id
            if isinstance(response, StreamingHttpResponse) and not isinstance(
                response, FileResponse
            ):
                response.streaming_content = _watched(response.streaming_content, request)
            fields = {
                "id": request.id,
                "method": request.method,
                "route": route_of(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            logger.info(
                "id=%(id)s method=%(method)s route=%(route)s status=%(status)s",
                fields,
                extra=fields,
            )
        finally:
            request_id.reset(token)
        return response


def _watched(content: Iterator[bytes], request: HttpRequest) -> Iterator[bytes]:
    """`content`; what is raised while it is sent is logged, for Django is done with it by then."""
    try:
        yield from content
    except Exception:
        logger.exception(
            "The answer broke off",
            extra={"id": request.id, "method": request.method, "route": route_of(request)},
        )
    else:
        return
    raise AnswerBrokenOff
