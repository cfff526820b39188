"""
A rule of repetition (RFC 5545, 3.3.10) makes dated sessions of an event, each an event of its own.

The rule counts on the clocks of the event's zone, so a session at two o'clock stays at two o'clock
across the changes of summer time.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr
from django.db import transaction

from competencyworks.core.date_fields import FIRST_YEAR, LAST_YEAR, is_in_range

from .copying import copy
from .models import Event, Repetition

MOST = 100  # sessions, the first included
FARTHEST = timedelta(days=3653)
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = {
    "FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST",
    "COUNT", "UNTIL",
}  # fmt: skip


class BadRule(ValueError):
    """A rule that cannot be followed; the message says why, for staff."""


def dates_of(event: Event, rule: str) -> list[datetime]:
    """
    The starts (aware) that `rule` gives, the event's own first.

    Ends at COUNT or UNTIL, and after ten years. Raises BadRule for a rule that is none, and for one
    of more than MOST dates.
    """
    parts = _parts(rule)
    first = (event.rule_date or event.starts_at).astimezone(event.tz).replace(tzinfo=None)
    limit, until = _count(parts) or MOST + 1, _until(parts, event)
    last = min(until or datetime.max, first + FARTHEST)
    bare = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        # Its own end also for a rule that never comes true, as on February 30.
        found = rrulestr(f"{bare};UNTIL={last:%Y%m%dT%H%M%S}", dtstart=first)
        walls = [first, *islice((at for at in found if at > first), limit - 1)]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadRule(f"“{rule}” is not a valid repetition rule: {error}") from error
    if len(walls) > MOST:
        raise BadRule(
            f"This rule creates more than {MOST} sessions. Add an end date or a number of sessions."
        )
    # Through UTC, because an hour that clocks leave out is the one after it (3.3.5).
    return [_moment(event, wall) for wall in walls]


@transaction.atomic
def repeat(event: Event, rule: str, by=None) -> list[Event]:
    """
    Make the sessions of `event` that `rule` gives and that there are not yet; returns them.

    They are drafts, to be looked through and published together. A session is known by the date
    that the rule gave it, so that none is made twice, also after it was moved or put in the trash.
    Raises BadRule.
    """
    # The lock makes a second run at the same time wait for this one.
    event = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    dates = dates_of(event, rule)
    if event.repetition_id is None:
        event.repetition = Repetition.objects.create(rule=rule)
        event.rule_date = event.starts_at
        event.save(update_fields=["repetition", "rule_date"])
    else:
        Repetition.objects.filter(pk=event.repetition_id).update(rule=rule)
    known = set(event.repetition.sessions.values_list("rule_date", flat=True))
    return [_session(event, at, by) for at in dates if at not in known]


def _session(event: Event, at: datetime, by) -> Event:
    """The session at `at`: everything else lies as far from it as from the event's own start."""
    shift = _wall(event, at) - _wall(event, event.starts_at)

    def moved(moment: datetime | None) -> datetime | None:
        return moment and _moment(event, _wall(event, moment) + shift)

    return copy(
        event,
        by,
        starts_at=at,
        ends_at=max(moved(event.ends_at), at),
        opens_at=moved(event.opens_at),
        closes_at=moved(event.closes_at),
        pass_seats_until=moved(event.pass_seats_until),
        repetition=event.repetition,
        rule_date=at,
    )


def _wall(event: Event, moment: datetime) -> datetime:
    return moment.astimezone(event.tz).replace(tzinfo=None)


def _moment(event: Event, wall: datetime) -> datetime:
    return wall.replace(tzinfo=event.tz).astimezone(UTC)


def _parts(rule: str) -> dict[str, str]:
    """The parts of a rule by name. Raises BadRule."""
    text = rule.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in text.split(";") if part]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    if len(parts) != len(pairs) or not all(parts.values()):
        raise BadRule(
            "Write the rule in this form, using each part once: FREQ=WEEKLY;BYDAY=TU;COUNT=6"
        )
    if unknown := set(parts) - PARTS:
        raise BadRule(f"These parts of the rule are not supported: {', '.join(sorted(unknown))}.")
    if parts.get("FREQ") not in FREQUENCIES:
        raise BadRule(f"FREQ must be one of {', '.join(FREQUENCIES)}.")
    if not 1 <= _number(parts.get("INTERVAL", "1")) <= MOST:
        raise BadRule(f"INTERVAL must be a number from 1 to {MOST}.")
    return parts


def _count(parts: dict[str, str]) -> int | None:
    """Takes COUNT out of `parts`."""
    text = parts.pop("COUNT", None)
    if text is None:
        return None
    if not 1 <= _number(text) <= MOST:
        raise BadRule(f"COUNT must be a number from 1 to {MOST}.")
    return _number(text)


def _number(text: str) -> int:
    """0 for what is none."""
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def _until(parts: dict[str, str], event: Event) -> datetime | None:
    """Takes UNTIL out of `parts`: the last moment, on the clocks of the event's zone."""
    text = parts.pop("UNTIL", None)
    if text is None:
        return None
    try:
        if len(text) == 8:
            day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
            at = datetime.combine(day, time.max)
        else:
            at = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")
    except ValueError as error:
        raise BadRule("UNTIL must be a date such as 20261231.") from error
    if not is_in_range(at):
        raise BadRule(f"The year of UNTIL must be between {FIRST_YEAR} and {LAST_YEAR}.")
    if text.endswith("Z"):
        at = at.replace(tzinfo=UTC).astimezone(event.tz).replace(tzinfo=None)
    return at
