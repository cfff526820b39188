"""Sending what was uploaded, where no web server does it (see docs/operate.md)."""

import mimetypes
import posixpath
import re
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect

from .file_answers import SentFile, answer
from .pictures.replacing import present_url

# Pictures of the library and what is made of them: the digest of the content is in the name (see
# pictures.image_files), so that an address never comes to show something else.
NAMED_BY_DIGEST = re.compile(r"images/.*-[0-9a-f]{8}(?:_\w{7})?(?:\.\w+|-\w+/.+\.\w+)", re.ASCII)
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file below MEDIA_ROOT, as bytes, never sniffed."""
    name = posixpath.normpath(path).lstrip("/")
    # Files of which a view decides who gets them: drafts, and what was replaced.
    if name.startswith("kept/"):
        raise Http404("not by this address")
    try:
        return _answer(request, name)
    except FileNotFoundError:
        # Not for ever: the picture may get this very file back.
        if url := present_url(request.path):
            return HttpResponseRedirect(url, headers={"Cache-Control": ASK_AGAIN})
        raise Http404("no such file") from None
    except (SuspiciousFileOperation, OSError, ValueError) as error:
        # Outside the folder, or no name of a file: nothing is there, and there is nothing to tell.
        raise Http404("no such file") from error


def _answer(request: HttpRequest, name: str) -> HttpResponseBase:
    # The folder is asked for at each request, so that tests can have one of their own.
    file = Path(FileSystemStorage(settings.MEDIA_ROOT).path(name))
    if not file.is_file():
        raise FileNotFoundError(name)
    stat = file.stat()
    kind, encoding = mimetypes.guess_type(file.name)
    sent = SentFile(
        open=lambda: file.open("rb"),
        size=stat.st_size,
        etag=f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"',
        modified=datetime.fromtimestamp(stat.st_mtime, UTC),
        type=kind or "application/octet-stream",
    )
    named = NAMED_BY_DIGEST.fullmatch(name)
    headers = {"Cache-Control": FOR_EVER if named else ASK_AGAIN}
    if encoding:
        headers["Content-Encoding"] = encoding
    return answer(request, sent, headers)
