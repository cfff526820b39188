"""
Sending a paper's file: whole, in part, or the word that it has not changed.

https://www.rfc-editor.org/rfc/rfc9110 (conditional requests 13, ranges 14)
"""

import logging
import re
from datetime import UTC
from email.utils import format_datetime

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from .models import PaperFile

logger = logging.getLogger(__name__)

TYPE = "application/pdf"
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
# SECURITY.md says why it is not a sandbox. Viewers in browsers dress their own page inline.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


class _Slice:
    """The next `left` bytes of an open file, as the file of a response."""

    def __init__(self, file, left: int) -> None:
        self.file, self.left = file, left

    def read(self, size: int) -> bytes:
        chunk = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()


def respond(request: HttpRequest, row: PaperFile, name: str) -> HttpResponseBase:
    """
    The answer to a GET or HEAD of `row`'s file, which readers will save as `name`.

    It must be asked for again each time (no-cache), for the file at an address may be replaced;
    then 304 costs nothing. Raises Http404 where the storage lacks the file.
    """
    unchanged = get_conditional_response(
        request, etag=row.etag, last_modified=int(row.uploaded_at.timestamp())
    )
    if unchanged is not None:
        return _headed(unchanged, row)
    first, last = 0, row.size - 1
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    partial = bool(asked and any(asked.groups()) and _range_holds(request, row))
    if partial:
        first, last = _bounds(*asked.groups(), row.size)
        if first > last:
            refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size}"})
            return _headed(refused, row)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=TYPE)
        response["Content-Disposition"] = content_disposition_header(False, name)
    else:
        response = FileResponse(_opened(row, first, last), filename=name, content_type=TYPE)
        response.block_size = 64 * 1024
    response["Content-Length"] = str(last - first + 1)
    if partial:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{row.size}"
    return _headed(response, row)


def is_beginning(response: HttpResponseBase) -> bool:
    """Whether an answer of respond() hands out the file from its start."""
    start = response.get("Content-Range", "bytes 0-").startswith("bytes 0-")
    return response.status_code in (200, 206) and start


def _opened(row: PaperFile, first: int, last: int) -> _Slice:
    try:
        file = row.file.storage.open(row.file.name)
    except FileNotFoundError as error:
        logger.error("The storage lacks the file %s.", row.file.name)
        raise Http404("the file is missing") from error
    file.seek(first)
    return _Slice(file, last - first + 1)


def _range_holds(request: HttpRequest, row: PaperFile) -> bool:
    """Whether a Range is to be answered: If-Range, if there is one, names this very file."""
    return request.headers.get("If-Range", row.etag) == row.etag


def _bounds(start: str, end: str, size: int) -> tuple[int, int]:
    """First and last byte of a range; first > last where there are no such bytes."""
    if not start:  # the last so many bytes
        return max(size - int(end), 0), size - 1 if int(end) else -1
    return int(start), min(int(end), size - 1) if end else size - 1


def _date(row: PaperFile) -> str:
    return format_datetime(row.uploaded_at.astimezone(UTC), usegmt=True)


def _headed(response: HttpResponseBase, row: PaperFile) -> HttpResponseBase:
    response["ETag"] = row.etag
    response["Last-Modified"] = _date(row)
    response["Cache-Control"] = "no-cache"
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = POLICY
    return response
