"""
Copies of pages that are dead, from the Wayback Machine.

Its availability API (https://archive.org/help/wayback_api.php) is asked for the copy of an address
that is closest to a day. ARCHIVE_URL says where it answers; any service that speaks it will do.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from ..models.links import ADDRESS_LENGTH
from ..outside.fetching import fetch
from .politeness import USUAL_REST, NotNow, host_in, keep_off, rest_of, turn_of

MOST_BYTES = 100_000
TIMEOUT = 20.0


class ArchiveError(Exception):
    """The archive gave no answer that can be read. Its text is fit to show to staff."""


@dataclass(frozen=True)
class Copy:
    """A copy of a page, and when it was made."""

    url: str
    at: datetime


def is_on() -> bool:
    return bool(settings.ARCHIVE_URL)


def copy_of(url: str, near: datetime) -> Copy | None:
    """
    The archive's copy of `url` closest to the moment `near`; None where it has none.

    Raises ArchiveError, politeness.NotNow, or FetchError.
    """
    asked = urlencode({"url": url, "timestamp": f"{near.astimezone(UTC):%Y%m%d}"})
    mark = "&" if "?" in settings.ARCHIVE_URL else "?"
    answer = fetch(
        f"{settings.ARCHIVE_URL}{mark}{asked}",
        max_bytes=MOST_BYTES,
        timeout=TIMEOUT,
        around=turn_of,
    )
    if answer.status in (429, 503):
        retry_after = answer.headers.get("Retry-After")
        rest = rest_of(retry_after, datetime.now(UTC)) if retry_after else USUAL_REST
        keep_off(host_in(answer.url), rest)
        raise NotNow("The archive asked us to try again later.")
    if answer.status != 200:
        raise ArchiveError(f"The archive answered with status {answer.status}.")
    try:
        found = json.loads(answer.content)["archived_snapshots"].get("closest")
        return _copy(found) if found else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArchiveError("The archive gave a response that could not be read.") from error


def _copy(found: dict) -> Copy | None:
    """The copy that an answer speaks of, if it is one of a page that was well."""
    if not found["available"] or not str(found.get("status", "200")).startswith("2"):
        return None
    at = datetime.strptime(found["timestamp"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    parts = urlsplit(found["url"])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(found["url"])
    # It still tells addresses without TLS, and answers with TLS at the same.
    url = parts._replace(scheme="https").geturl() if parts.port is None else found["url"]
    if len(url) > ADDRESS_LENGTH:
        return None
    return Copy(url, at)
