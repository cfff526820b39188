"""When an item was published over there, and whether the public may see it here."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.utils import timezone

from competencyworks.core.publishing import Publishable

from .exported import Item

Status = Publishable.Status
OLDEST, NEWEST = 1970, 2200  # years that a date of a website can be in

# https://wordpress.org/documentation/article/post-status/
NOT_PUBLIC = {
    "draft": (Status.DRAFT, ""),
    "auto-draft": (Status.DRAFT, "a draft that WordPress saved itself"),
    "pending": (Status.REVIEW, "waited for review over there"),
    "private": (Status.WITHDRAWN, "private over there"),
    "trash": (Status.DRAFT, "in the trash over there"),
    "inherit": (Status.DRAFT, "part of another item over there"),
}


@dataclass(frozen=True)
class Publication:
    """
    The state that an item gets here. `reason` says why it is not public although readers
    may expect it, `was` what it was over there, both for the report.
    """

    status: str
    was: str
    publish_at: datetime | None
    created_at: datetime | None
    trashed: bool = False
    reason: str = ""


def moment(gmt: str, local: str = "", published: str = "") -> datetime | None:
    """
    The moment that WordPress gives as GMT, as local time of the site, and as a feed's date.

    The first that is a date counts; zeros ('0000-00-00 00:00:00') are none. None without any.
    """
    if found := _parsed(gmt):
        return found.replace(tzinfo=UTC)
    if found := _parsed(local):
        # A time that a change of clocks left out or doubled is taken as before the change.
        return found.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)
    try:
        found = parsedate_to_datetime(published)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    # The year first, for the last hours of the calendar have no moment in another zone.
    if not OLDEST < found.year <= NEWEST:
        return None
    return found.astimezone(UTC)


def _parsed(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text.strip()[:19].replace("T", " "), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    return found if OLDEST < found.year <= NEWEST else None


def publication(item: Item, now: datetime) -> Publication:
    """
    The state of `item` here at the time `now`. What is not public over there is not here.

    An item over there that is scheduled for a time which has passed since is put before the
    editors: nobody knows from the export whether it came out.
    """
    date = moment(item.date_gmt, item.date, item.published)
    if item.status not in ("publish", "future"):
        status, why = NOT_PUBLIC.get(
            item.status, (Status.DRAFT, f"the state “{item.status}” is not known")
        )
        # A draft's date is of its last change, not of a plan to publish it.
        when = date if status == Status.WITHDRAWN else None
        was = item.status or "without a state"
        return Publication(status, was, when, date, item.status == "trash", why)
    scheduled = item.status == "future"
    was = "scheduled" if scheduled else "published"
    if date is None:
        return Publication(Status.DRAFT, was, None, None, reason="it has no date")
    if item.password:
        status = Status.DRAFT if scheduled else Status.WITHDRAWN
        return Publication(status, was, date, date, reason="protected by a password over there")
    if scheduled and date <= now + timedelta(minutes=1):
        why = f"scheduled over there for {date:%Y-%m-%d %H:%M} UTC, which has passed"
        return Publication(Status.REVIEW, was, None, date, reason=why)
    return Publication(Status.PUBLISHED, was, date, date)
