"""
The yardstick: a bare Django view that returns bytes which it was given.

An application of its own, in a process of its own, under the same server. `/home` answers with
the file `home` of the folder that YARDSTICK names.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="nothing is signed here",
)

BODIES = {file.name: file.read_bytes() for file in Path(os.environ["YARDSTICK"]).iterdir()}


def answer(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(BODIES[name])


urlpatterns = [path("<str:name>", answer)]
application = get_wsgi_application()
