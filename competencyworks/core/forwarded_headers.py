"""
What a proxy says about a request counts only if it comes from a proxy of ours.

Django believes SECURE_PROXY_SSL_HEADER of whoever reaches the port, so that a visitor who does
could have plain http taken for https: a redirect to https left out, a secure cookie sent in clear.
"""

import logging

from django.http import HttpRequest, HttpResponse

from .client_address import is_proxy

logger = logging.getLogger(__name__)

HEADERS = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


class ForwardedHeadersMiddleware:
    """
    Takes X-Forwarded-Proto, -Host and -Port out of requests whose peer is not in TRUSTED_PROXIES.
    X-Forwarded-For is read by client_address(), which looks at the peer itself.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.has_warned = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_proxy(request.META.get("REMOTE_ADDR", "")):
            if "HTTP_X_FORWARDED_PROTO" in request.META and not self.has_warned:
                # Once a process. Most likely it is a proxy that was forgotten, and an https site
                # redirects to itself for ever. The address may be a visitor's: it is not named.
                self.has_warned = True
                logger.warning(
                    "X-Forwarded-Proto came from a machine that TRUSTED_PROXIES does not list, "
                    "and was ignored. If that is your proxy, add its address (docs/operate.md)."
                )
            for header in HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)
