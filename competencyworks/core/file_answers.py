"""
Sending a file: whole, in part, or the word that it has not changed.

https://www.rfc-editor.org/rfc/rfc9110 (conditional requests 13, ranges 14)
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
BLOCK = 64 * 1024  # bytes


@dataclass(frozen=True)
class SentFile:
    """A file to send. `open` opens it; readers will save it as `name`, if there is one."""

    open: Callable[[], BinaryIO]
    size: int
    etag: str
    modified: datetime
    type: str
    name: str = ""

    @property
    def last_modified(self) -> str:
        return format_datetime(self.modified.astimezone(UTC), usegmt=True)


class _Slice:
    """The next `left` bytes of an open file, as the file of a response."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self.file, self.left = file, left

    def read(self, size: int) -> bytes:
        chunk = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()


def answer(request: HttpRequest, file: SentFile, headers: Mapping[str, str]) -> HttpResponseBase:
    """The answer to a GET or HEAD of `file`, with `headers`. Raises what `file.open` raises."""
    headers = {
        "ETag": file.etag,
        "Last-Modified": file.last_modified,
        "Accept-Ranges": "bytes",
        **headers,
    }
    unchanged = get_conditional_response(
        request, etag=file.etag, last_modified=int(file.modified.timestamp())
    )
    if unchanged is not None:
        return _headed(unchanged, headers)
    first, last = 0, file.size - 1
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    partial = bool(asked and any(asked.groups()) and _range_holds(request, file))
    if partial:
        first, last = _bounds(*asked.groups(), file.size)
        if first > last:
            refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
            return _headed(refused, headers)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=file.type)
    else:
        opened = file.open()
        opened.seek(first)
        response = FileResponse(_Slice(opened, last - first + 1), content_type=file.type)
        response.block_size = BLOCK
    if file.name:
        response["Content-Disposition"] = content_disposition_header(False, file.name)
    response["Content-Length"] = str(last - first + 1)
    if partial:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    return _headed(response, headers)


def _range_holds(request: HttpRequest, file: SentFile) -> bool:
    """Whether a Range is to be answered: If-Range, if there is one, names this very file."""
    return request.headers.get("If-Range", file.etag) in (file.etag, file.last_modified)


def _bounds(start: str, end: str, size: int) -> tuple[int, int]:
    """First and last byte of a range; first > last where there are no such bytes."""
    if not start:  # the last so many bytes
        return max(size - int(end), 0), size - 1 if int(end) else -1
    return int(start), min(int(end), size - 1) if end else size - 1


def _headed(response: HttpResponseBase, headers: Mapping[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        response[name] = value
    return response
