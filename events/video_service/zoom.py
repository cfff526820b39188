"""
The calls to Zoom's public API that registering takes: server-to-server OAuth, adding and deleting
a registrant of a meeting or a webinar. Off without keys.

https://developers.zoom.us/docs/internal-apps/s2s-oauth/
https://developers.zoom.us/docs/api/meetings/
"""

import base64
import json
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode, urljoin

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from competencyworks.core.numbers import whole_number
from competencyworks.core.outside.fetching import Fetched, FetchError, fetch

TIMEOUT = 10.0  # seconds
ANSWER = 100_000  # bytes
EARLY = 60.0  # seconds before its end at which a token is no longer used
LONGEST_NAME = 64
LONGEST_WAIT = 2 * 86_400  # seconds; its limits are those of a day
_tokens: dict[tuple[str, ...], tuple[str, float]] = {}


class ServiceError(Exception):
    """A call that came to nothing for now. The words are for staff, and hold no key or token."""


class Refused(ServiceError):
    """The service will not do it, however often it is asked."""


class Away(ServiceError):
    """The service takes no call of ours, whatever it is about: the keys, or its own trouble."""


class AskLater(ServiceError):
    """Too many calls; `wait` is for how many seconds it wants to be left alone (None: unsaid)."""

    def __init__(self, message: str, wait: float | None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Registrant:
    """Who is registered at the service: its name for them, and their own way in."""

    key: str
    join_url: str


def is_on() -> bool:
    return bool(settings.ZOOM_CLIENT_ID)


def add(kind: str, meeting: str, email: str, name: str) -> Registrant:
    """
    Register somebody. An address that is registered already keeps its registrant, so asking again
    does no harm. Raises a ServiceError.
    """
    first, last = _parts(name)
    said = {"email": email, "first_name": first, "last_name": last}
    if kind == "meeting":
        said["auto_approve"] = True
    answer = _call("POST", f"{kind}s/{quote(meeting)}/registrants", said)
    if answer.status != 201:
        raise _failure(answer)
    found = _json(answer)
    key, join_url = str(found.get("registrant_id") or ""), str(found.get("join_url") or "")
    if not key or (join_url and not join_url.startswith("https://")):
        raise ServiceError("Zoom sent a response that could not be read.")
    return Registrant(key, join_url)


def remove(kind: str, meeting: str, registrant: str) -> None:
    """Delete a registrant; nothing happens where there is none. Raises a ServiceError."""
    path = f"{kind}s/{quote(meeting)}/registrants/{quote(registrant, safe='')}"
    answer = _call("DELETE", path)
    if answer.status not in (200, 204, 404):
        raise _failure(answer)


def _call(method: str, path: str, said: dict | None = None) -> Fetched:
    """The answer; a token that the service does not take any more is got anew, once."""
    url = urljoin(settings.ZOOM_API_URL, path)
    content = b"" if said is None else json.dumps(said).encode()
    answer = _ask(method, url, content, _bearer(), "application/json")
    if answer.status == 401:
        _tokens.clear()
        answer = _ask(method, url, content, _bearer(), "application/json")
    if answer.status == 401:
        raise Away(f"Zoom rejected our credentials: {_words(answer)}")
    return answer


def _bearer() -> str:
    keys = (settings.ZOOM_TOKEN_URL, settings.ZOOM_ACCOUNT_ID, settings.ZOOM_CLIENT_ID)
    token, end = _tokens.get(keys, ("", 0.0))
    if time.monotonic() >= end:
        token, end = _tokens[keys] = _new_token()
    return f"Bearer {token}"


def _new_token() -> tuple[str, float]:
    """A token, and until when (time.monotonic) it is used."""
    pair = f"{settings.ZOOM_CLIENT_ID}:{settings.ZOOM_CLIENT_SECRET}".encode()
    said = {"grant_type": "account_credentials", "account_id": settings.ZOOM_ACCOUNT_ID}
    asked_at = time.monotonic()
    try:
        answer = _ask(
            "POST",
            settings.ZOOM_TOKEN_URL,
            urlencode(said).encode(),
            f"Basic {base64.b64encode(pair).decode()}",
            "application/x-www-form-urlencoded",
        )
    except AskLater:
        raise
    except ServiceError as error:
        raise Away(str(error)) from error
    if answer.status != 200:
        raise Away(f"Zoom did not issue a token ({answer.status}): {_words(answer)}")
    found = _json(answer)
    token, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(seconds, (int, float)):
        raise Away("Zoom sent a response without a token.")
    return token, asked_at + max(seconds - EARLY, 0)


def _ask(method: str, url: str, content: bytes, authorization: str, kind: str) -> Fetched:
    """One request. With `content`, if empty, no redirect is followed: the header stays here."""
    headers = {"Authorization": authorization, "Content-Type": kind, "Accept": "application/json"}
    try:
        answer = fetch(
            url,
            method=method,
            content=content,
            headers=headers,
            max_bytes=ANSWER,
            timeout=TIMEOUT,
        )
    except FetchError as error:
        raise ServiceError(str(error)) from error
    if answer.status == 429:
        wait = _wait(answer.headers.get("Retry-After", ""))
        raise AskLater(f"Zoom received too many requests: {_words(answer)}", wait)
    return answer


def _failure(answer: Fetched) -> ServiceError:
    words = f"Zoom responded with {answer.status}: {_words(answer)}"
    return Refused(words) if 400 <= answer.status < 500 else ServiceError(words)


def _wait(value: str) -> float | None:
    """Seconds that Retry-After asks for: a number, a date of HTTP or, as Zoom writes it, of ISO."""
    value = value.strip()
    if (seconds := whole_number(value)) is not None:
        return float(min(seconds, LONGEST_WAIT))
    try:
        at: datetime | None = parse_datetime(value) or parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.get_default_timezone())
    return min(max((at - timezone.now()).total_seconds(), 0), LONGEST_WAIT)


def _json(answer: Fetched) -> dict:
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ServiceError("Zoom sent a response that could not be read.")
    return found


def _words(answer: Fetched) -> str:
    """What the service says of an error."""
    try:
        found = _json(answer)
    except ServiceError:
        return "no details"
    return str(found.get("message") or found.get("reason") or "no details")[:300]


def _parts(name: str) -> tuple[str, str]:
    """A name as the two that the service asks for; who gives one word has no last name."""
    first, _, last = name.strip().rpartition(" ")
    first, last = (first, last) if first else (last, "")
    return first[:LONGEST_NAME], last[:LONGEST_NAME]
