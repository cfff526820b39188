"""
What a host's robots.txt says of our program (RFC 9309), read once a day.

The rules are read by urllib.robotparser alone, in _reader().
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.utils import timezone

from ..models.links import OutsideHost
from ..outside.fetching import TooManyRedirects, fetch
from . import politeness
from .politeness import host_in, keep_off, rest_of, turn_of

OUR_NAME = "CompetencyWorks"  # as in the User-Agent
FRESH = timedelta(days=1)
PATIENCE = timedelta(days=30)  # RFC 9309, 2.3.1.4: then an unreachable file counts as none
MOST_BYTES = 512_000  # 2.5: at least 500 KiB must be read
LONGEST_DELAY = timedelta(seconds=60)
# Numbers that urllib.robotparser takes for such and int() or timedelta() refuses: '²', 10**5000.
UNREADABLE = re.compile(r"\s*(?:crawl-delay|request-rate)\s*:.*(?:[^\x00-\x7f]|\d{9})", re.I)


class Disallowed(Exception):
    """The host wants programs like ours not to ask for this address."""


class NoRules(Exception):
    """The host cannot tell its rules at present, so that nothing may be asked of it."""


def pause_for(url: str, timeout: float) -> timedelta:
    """
    The pause that the host of `url` wants between two requests.

    Asks for its robots.txt if what is known is older than a day. Raises Disallowed, NoRules,
    politeness.NotNow, or what the fetcher raises.
    """
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    host = host_in(url)
    row, _ = OutsideHost.objects.get_or_create(host=host)
    known = row.robots.get(origin)
    if known is None or _moment(known["at"]) < timezone.now() - FRESH:
        known = _ask(origin, host, known or {}, timeout)
        # Read again: it may have got the rules of another origin meanwhile.
        row.refresh_from_db(fields=["robots"])
        row.robots[origin] = known
        row.save(update_fields=["robots"])
    since = known["since"]
    if since and _moment(since) > timezone.now() - PATIENCE:
        raise NoRules(f"The robots.txt of {parts.hostname} could not be read.")
    reader = _reader(known["text"])
    if not reader.can_fetch(OUR_NAME, url):
        raise Disallowed(f"The robots.txt of {parts.hostname} asks programs not to read this.")
    delay = reader.crawl_delay(OUR_NAME)
    return max(politeness.PAUSE, min(timedelta(seconds=int(delay or 0)), LONGEST_DELAY))


def _ask(origin: str, host: str, before: dict, timeout: float) -> dict:
    """Text of the robots.txt of `origin`, when it was read, since when it cannot be."""
    now = timezone.now()
    known = {"at": now.isoformat(), "text": "", "since": None}
    try:
        answer = fetch(
            f"{origin}/robots.txt", max_bytes=MOST_BYTES, cut=True, timeout=timeout, around=turn_of
        )
    except TooManyRedirects:
        return known  # 2.3.1.2: as if it were not there
    if answer.status in (429, 503) and "Retry-After" in answer.headers:
        keep_off(host, rest_of(answer.headers["Retry-After"], now))
    if answer.status == 429 or answer.status >= 500:
        # What was read before holds on (2.4); where nothing was, everything is forbidden.
        since = before["since"] if before else known["at"]
        return known | {"text": before.get("text", ""), "since": since}
    # A file that is not there forbids nothing (2.3.1.3).
    text = answer.content.decode("utf-8", "replace") if answer.status == 200 else ""
    return known | {"text": text}


@lru_cache(maxsize=64)
def _reader(text: str) -> RobotFileParser:
    reader = RobotFileParser()
    reader.modified()  # without a time of reading it would forbid everything
    lines = text.lstrip("\ufeff").splitlines()
    reader.parse(line for line in lines if not UNREADABLE.match(line))
    return reader


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
