"""
What an answer of another site means for the health of an address. No query, no clock of its own.

- 2xx is alive, unless the page says that it is not found, or a deep address led to a home page
  ('soft 404').
- 401, 402, 403 and 999 are alive: something is there, and refuses programs or wants a sign-in.
- All else is a failure. Failures on three different days, or two of 410, which says 'gone for
  good', make an address dead; any success ends that.
- An address that may not be asked (private networks, robots.txt) is not checked, and says why.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from ..models.links import ADDRESS_LENGTH, OutsideAddress
from ..outside.fetching import Fetched
from . import pages
from .addresses import outside_key

Health = OutsideAddress.Health

FIRST_INTERVAL, LONGEST_INTERVAL = 7, 90  # days between checks of what stays as it is
AFTER_FAILURE = timedelta(days=1)
DEAD_AGAIN = timedelta(days=30)  # whether what is dead has come back
NOT_ASKED_AGAIN = timedelta(days=90)
DAYS_TO_DIE = 3
DAYS_TO_DIE_GONE = 2  # not one: a slip while somebody moves their site is mended within the day
REFUSES_PROGRAMS = {401, 402, 403, 999}
PERMANENT = {301, 308}
NAMES = {404: "not found", 410: "permanently removed", 500: "server error"}


@dataclass(frozen=True)
class Verdict:
    """The columns to change, and in a word what it was: 'alive', 'changed', 'failing' …"""

    columns: dict[str, Any]

    @property
    def health(self) -> str:
        return self.columns["health"]


def of_answer(row: OutsideAddress, answer: Fetched, now: datetime, today: date) -> Verdict:
    """What `answer`, of any status but a plea to come back later, says of `row`."""
    columns = {"status": answer.status, **_whereto(row, answer)}
    if answer.status == 304:
        return _alive(row, now, columns, changed=False)
    if answer.status in REFUSES_PROGRAMS:
        said = f"Status {answer.status}: the website blocks automated checks or requires a sign-in."
        return _alive(row, now, columns | {"trouble": said}, changed=False)
    if not 200 <= answer.status < 300:
        said = NAMES.get(answer.status)
        trouble = f"Status {answer.status}" + (f": {said}." if said else ".")
        most = DAYS_TO_DIE_GONE if answer.status == 410 else DAYS_TO_DIE
        return _failing(row, now, today, columns | {"trouble": trouble}, most)
    page = pages.read(answer)
    if page.title:
        columns["title"] = page.title
    if trouble := _soft_404(row, answer, page):
        return _failing(row, now, today, columns | {"trouble": trouble}, DAYS_TO_DIE)
    columns |= {
        "digest": page.digest,
        "etag": _short(answer.headers.get("ETag", ""), 300),
        "last_modified": _short(answer.headers.get("Last-Modified", ""), 100),
    }
    changed = bool(row.digest) and row.digest != page.digest
    return _alive(row, now, columns, changed=changed)


def of_failure(row: OutsideAddress, trouble: str, now: datetime, today: date) -> Verdict:
    """What it says of `row` that no answer came."""
    return _failing(row, now, today, {"status": None, "trouble": trouble[:300]}, DAYS_TO_DIE)


def not_asked(why: str, now: datetime, again: timedelta = NOT_ASKED_AGAIN) -> Verdict:
    """Of an address that this site does not ask, or was asked not to."""
    return Verdict(
        {
            "health": Health.NOT_CHECKED,
            "status": None,
            "trouble": why[:300],
            "failed_days": 0,
            "last_failed_on": None,
            "checked_at": now,
            "next_check_at": now + again,
        }
    )


def _alive(row: OutsideAddress, now: datetime, columns: dict, *, changed: bool) -> Verdict:
    steady = row.health == Health.ALIVE and not changed
    interval = min(row.interval_days * 2, LONGEST_INTERVAL) if steady else FIRST_INTERVAL
    return Verdict(
        {
            "health": Health.ALIVE,
            "trouble": "",
            "failed_days": 0,
            "last_failed_on": None,
            "interval_days": interval,
            "checked_at": now,
            "next_check_at": now + timedelta(days=interval),
            **({"changed_at": now} if changed else {}),
            **columns,
        }
    )


def _failing(row: OutsideAddress, now: datetime, today: date, columns: dict, most: int) -> Verdict:
    days = row.failed_days + (row.last_failed_on != today)
    is_dead = row.health == Health.DEAD or days >= most
    return Verdict(
        {
            "health": Health.DEAD if is_dead else Health.FAILING,
            "failed_days": days,
            "last_failed_on": today,
            "interval_days": FIRST_INTERVAL,
            "checked_at": now,
            "next_check_at": now + (DEAD_AGAIN if is_dead else AFTER_FAILURE),
            **columns,
        }
    )


def _whereto(row: OutsideAddress, answer: Fetched) -> dict[str, Any]:
    """Where redirects ended, and whether they say that the page has another address now."""
    if not answer.redirects or len(answer.url) > ADDRESS_LENGTH:
        return {"leads_to": "", "moved_for_good": False}
    permanent = all(step.status in PERMANENT for step in answer.redirects)
    elsewhere = outside_key(answer.url) != row.key
    return {"leads_to": answer.url, "moved_for_good": permanent and elsewhere}


def _soft_404(row: OutsideAddress, answer: Fetched, page: pages.Page) -> str:
    if page.says_not_found:
        return "The page loads, but says that it was not found."
    if answer.redirects and pages.is_home(answer.url) and not pages.is_home(row.url):
        return (
            f"It redirects to the home page of {urlsplit(answer.url).hostname} instead of the page."
        )
    return ""


def _short(header: str, most: int) -> str:
    """A header that will be sent back; one that is too long or no plain text is none."""
    return header if len(header) <= most and header.isascii() and header.isprintable() else ""
