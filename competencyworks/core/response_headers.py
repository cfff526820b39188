"""Headers of answers that neither Django nor django-csp sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# What no page of ours uses. Chromium writes an error to the console of each page for a name that it
# does not know, so only names that it knows stand here.
SWITCHED_OFF = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation",
    "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in SWITCHED_OFF)
# A style sheet, a script, a font or a picture asks for nothing when it is opened by itself. SVG
# may hold its own styles, and no script.
STATIC_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class PermissionsPolicyMiddleware:
    """Switches off, on every answer, the devices and services of the browser that no page uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


def add_static_headers(headers, path: str, url: str) -> None:
    """What WhiteNoise sends with each file below /static/."""
    headers["Content-Security-Policy"] = STATIC_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
