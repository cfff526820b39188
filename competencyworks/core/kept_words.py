"""
What staff typed is kept in their browser until the server says that it was saved.

static/competencyworks/admin/kept_words.js keeps a copy of each form that is sent, under a name that
goes along as the field `kept_as`. A view of the admin that saved answers with a redirect, whose
address then ends in `#saved=` and that name. Where the view was not reached (the session had
ended, the connection was lost), or showed the form again, there is none.
"""

import re
from collections.abc import Callable
from functools import wraps
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

NAME = re.compile(r"[\w-]{8,60}", re.ASCII)


def confirms_saving(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """`view` of the admin, which tells the browser when it has saved what was typed."""

    @wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.has_header("Location"):
            kept_as = request.POST.get("kept_as", "")
            if NAME.fullmatch(kept_as) and _is_after_saving(response["Location"]):
                response["Location"] += f"#saved={kept_as}"
        return response

    return inner


def _is_after_saving(url: str) -> bool:
    """
    Whether a redirect to `url` means that all is done: one that wants to come back here (`next`)
    asks for something first, and to the front page leads a form whose item is gone.
    """
    parts = urlsplit(url)
    return not (
        parts.fragment or "next" in parse_qs(parts.query) or parts.path == reverse("admin:index")
    )
