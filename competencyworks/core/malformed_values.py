"""
Requests with values that PostgreSQL cannot take: text with NUL or half a surrogate pair, and
numbers that no column holds.

Fields of forms refuse such values in words beside the field. Everything else that reads a request
(lists, filters, autocompletes, raw fields) is covered here, so that no view has to think of it.
"""

import re
from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Python takes both for a number: more digits than a key has, and digits of other scripts.
NO_KEY = re.compile(r"\d{19}|(?![0-9])\d")


class MalformedValuesMiddleware:
    """
    Answers 404 to a path, and 400 to a query string, with text that cannot be stored.

    A posted form is left to its view, which can show what is wrong and keep what was typed; where
    the view fails because of such a value, the answer is 400.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if UNSTORABLE.search(request.path_info):
            raise Http404("no address of ours")
        if "%" in request.META.get("QUERY_STRING", "") and _holds(UNSTORABLE, request.GET):
            raise BadRequest("text that cannot be stored in the query string")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What a view could not use because of a value that was sent is the sender's fault."""
        if isinstance(exception, ValueError) and _holds(UNSTORABLE, request.POST):
            raise BadRequest("text that cannot be stored in a form") from exception
        # A filter of a list takes any text for a key; only the database knows that it is none.
        if isinstance(exception, DataError) and (request.GET or _holds(NO_KEY, request.POST)):
            raise BadRequest("a value that no column holds") from exception


def _holds(pattern: re.Pattern[str], values: QueryDict) -> bool:
    return any(pattern.search(text) for text in _texts(values))


def _texts(values: QueryDict) -> Iterable[str]:
    for name, several in values.lists():
        yield name
        yield from several
