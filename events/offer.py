"""What an event's page offers to a visitor: a way to register, or why there is none."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone

from . import times
from .models import Event

JOIN = "Join the waiting list"
FEW = 10  # seats; fewer are said


@dataclass(frozen=True)
class Offer:
    """
    A link (`label`, `url`) to register, or a `notice` why not; `note` says what else to know.

    `urgent` marks a notice that those who meant to come must not miss.
    """

    label: str = ""
    url: str = ""
    notice: str = ""
    note: str = ""
    urgent: bool = False
    is_full: bool = False


def marks(event: Event) -> list[str]:
    """
    What lists say of `event` (from EventQuerySet.lines() or listed()) in a word or two, so that
    nobody has to open its page to learn it: 'Full: waiting list', 'Free', 'Recording'.
    """
    if event.is_cancelled:
        return []
    if event.is_over:
        after = (("Recording", event.recording_url), ("Slides", event.slides_url))
        return [name for name, url in after if url]
    found = []
    now = timezone.now()
    if event.sign_up != Event.SignUp.NONE and event.closes_at and event.closes_at <= now:
        found.append("Registration closed")
    elif event.sign_up == Event.SignUp.FORM and seats_left(event) == 0:
        found.append("Full: waiting list" if event.has_open_list else "Full")
    if event.sign_up == Event.SignUp.FORM and event.by_invitation:
        found.append("By invitation")
    if event.kind != Event.Kind.DEADLINE and not event.price_note:
        found.append("Free")
    return found


def offer_of(event: Event) -> Offer:
    """What `event` (from EventQuerySet.whole()) offers now."""
    if event.is_cancelled:
        reason = f" {event.cancel_reason}" if event.cancel_reason else ""
        return Offer(notice=f"This {noun(event)} has been canceled.{reason}", urgent=True)
    now = timezone.now()
    if event.ends_at <= now:
        if event.kind == Event.Kind.DEADLINE:
            return Offer(notice="This deadline has passed.")
        return Offer(notice=f"This {noun(event)} is over.")
    if event.sign_up == Event.SignUp.NONE:
        free = event.kind != Event.Kind.DEADLINE
        return Offer(note="No registration is required." if free else "")
    if event.opens_at and now < event.opens_at:
        return Offer(notice=f"Registration opens {_moment(event, event.opens_at)}.")
    if event.closes_at and now >= event.closes_at:
        return Offer(notice="Registration has closed.")
    if event.sign_up == Event.SignUp.OUTSIDE:
        host = urlsplit(event.outside_url).hostname or "another site"
        return Offer(
            f"Register at {host.removeprefix('www.')}", event.outside_url, note=_closes(event)
        )
    return _own_form(event)


def noun(event: Event) -> str:
    """'webinar'."""
    return event.get_kind_display().lower()


def seats_left(event: Event) -> int | None:
    """How many seats are free; None where there is no end to them."""
    if event.capacity is None:
        return None
    return max(event.capacity - (event.seats_taken or 0), 0)


def _own_form(event: Event) -> Offer:
    url, left = f"{event.path}register/", seats_left(event)
    if left == 0 and not event.has_open_list:
        return Offer(notice="All seats are taken.", is_full=True)
    if left == 0:
        note = (
            "All seats are taken. When a seat becomes free, it goes to the next person on the "
            f"waiting list, until {_moment(event, event.seats_pass_until)}."
        )
        return Offer(JOIN, url, note=note, is_full=True)
    notes = []
    if left is not None and left <= FEW:
        notes.append(f"{left} seat{'' if left == 1 else 's'} left.")
    if event.by_invitation:
        notes.append("By invitation. Have your code ready.")
    notes.append(_closes(event))
    label = f"Register for this {noun(event)}"
    return Offer(label, url, note=" ".join(note for note in notes if note))


def _closes(event: Event) -> str:
    """When registration closes, where that is before the start."""
    if not event.closes_at or event.closes_at >= event.starts_at:
        return ""
    return f"Registration closes {_moment(event, event.closes_at)}."


def _moment(event: Event, at) -> str:
    """A moment in the event's zone, in words."""
    return times.when(Event(zone=event.zone, starts_at=at, ends_at=at))
