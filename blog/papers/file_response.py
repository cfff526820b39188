"""Sending a paper's file: whole, in part, or the word that it has not changed."""

import logging

from django.http import Http404, HttpRequest, HttpResponseBase

from competencyworks.core.file_answers import SentFile, answer

from .models import PaperFile

logger = logging.getLogger(__name__)

TYPE = "application/pdf"
# SECURITY.md says why it is not a sandbox. Viewers in browsers dress their own page inline.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


def respond(request: HttpRequest, row: PaperFile, name: str) -> HttpResponseBase:
    """
    The answer to a GET or HEAD of `row`'s file, which readers will save as `name`.

    It must be asked for again each time (no-cache), for the file at an address may be replaced;
    then 304 costs nothing. Raises Http404 where the storage lacks the file.
    """
    file = SentFile(
        open=lambda: _opened(row),
        size=row.size,
        etag=row.etag,
        modified=row.uploaded_at,
        type=TYPE,
        name=name,
    )
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    return answer(request, file, headers)


def is_beginning(response: HttpResponseBase) -> bool:
    """Whether an answer of respond() hands out the file from its start."""
    start = response.get("Content-Range", "bytes 0-").startswith("bytes 0-")
    return response.status_code in (200, 206) and start


def _opened(row: PaperFile):
    try:
        return row.file.storage.open(row.file.name)
    except FileNotFoundError as error:
        logger.error("The file %s is missing from storage.", row.file.name)
        raise Http404("the file is missing") from error
