"""
What staff may say in mails to registrants in their own words: subject, opening, closing. The rest
of a mail (hours, place, way in, links) is made from the event.
"""

from dataclasses import dataclass
from string import Formatter

PLACEHOLDERS = ("name", "title", "when")


@dataclass(frozen=True)
class Usual:
    """One kind of mail: its name in the admin, its template, and what it says without a row."""

    label: str
    template: str
    subject: str
    opening: str
    closing: str = ""
    # Said in place of the opening to a group; {seats} is how many they are.
    group_opening: str = ""


NEXT_IN_LINE = (
    "When a seat becomes available, it goes to the first person on the waiting list whose group "
    "fits. We will email you when you get a seat."
)
USUAL = {
    "confirmed": Usual(
        "Registered", "event_seat", "You are registered: {title}", "You are registered."
    ),
    "promoted": Usual(
        "Seat became free",
        "event_seat",
        "You have a seat: {title}",
        "A seat has become available, and it is yours. You don’t need to do anything else.",
        group_opening="{seats} seats have become available, and they are yours. You don’t need to "
        "do anything else.",
    ),
    "waiting": Usual(
        "On the waiting list",
        "event_waiting",
        "You are on the waiting list: {title}",
        f"All seats are currently taken, and you are on the waiting list. {NEXT_IN_LINE}",
    ),
    "again": Usual(
        "Registration sent again",
        "event_seat",
        "Your registration: {title}",
        "Someone, most likely you, tried to register with this email address, which is already "
        "registered. Nothing has changed. Here is your registration.",
    ),
    "again-waiting": Usual(
        "Place on the waiting list sent again",
        "event_waiting",
        "You are on the waiting list: {title}",
        "Someone, most likely you, tried to register with this email address, which is already on "
        f"the waiting list. Nothing has changed: all seats are currently taken. {NEXT_IN_LINE}",
    ),
    "given-back": Usual(
        "Registration canceled",
        "event_given_back",
        "Your registration is canceled: {title}",
        "Your registration is canceled. You don’t need to do anything else.",
    ),
    "left": Usual(
        "Left the waiting list",
        "event_given_back",
        "You have left the waiting list: {title}",
        "You are no longer on the waiting list. You don’t need to do anything else.",
    ),
    "cancelled-by-staff": Usual(
        "Registration canceled by staff",
        "event_given_back",
        "Your registration is canceled: {title}",
        "The organizers have canceled your registration. You no longer have a seat at this event.",
    ),
    "removed-by-staff": Usual(
        "Taken off the waiting list by staff",
        "event_given_back",
        "You are no longer on the waiting list: {title}",
        "The organizers have taken you off the waiting list for this event.",
    ),
    "changed": Usual(
        "Time or place changed",
        "event_changed",
        "Changed: {title}",
        "An event you are registered for has changed.",
    ),
    "reminder": Usual(
        "Reminder",
        "event_reminder",
        "Reminder: {title}",
        "This is a reminder of an event you are registered for.",
    ),
    "follow-up": Usual(
        "After the event",
        "event_follow_up",
        "Follow-up: {title}",
        "Thank you for being part of this event. Here is what is available now.",
    ),
    "event-cancelled": Usual(
        "Event canceled",
        "event_cancelled",
        "Canceled: {title}",
        "We are sorry: this event has been canceled.",
    ),
}


class BadPlaceholder(ValueError):
    """A text with a placeholder that we do not fill in; the message is for staff."""


def check(text: str) -> None:
    """Raises BadPlaceholder unless every brace in `text`, but for {{ and }}, is of PLACEHOLDERS."""
    allowed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise BadPlaceholder(
            f"A brace is missing its other half. The placeholders are {allowed}."
        ) from error
    for _literal, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            raise BadPlaceholder(f"“{{{name}}}” is not a placeholder. Use {allowed}.")


def filled(text: str, **values: str) -> str:
    """`text`, which check() has let through, with its placeholders filled in."""
    return text.format(**values)


def for_group(kind: str, texts: tuple[str, str, str]) -> tuple[str, str, str]:
    """`texts` of a kind of mail as a group gets them: those that staff wrote stay as they are."""
    subject, opening, closing = texts
    usual = USUAL.get(kind)
    if usual and usual.group_opening and opening == usual.opening:
        opening = usual.group_opening
    return subject, opening, closing


def usual_texts(kind: str) -> tuple[str, str, str]:
    """Subject, opening and closing of a kind of mail, as long as staff write no others."""
    usual = USUAL[kind]
    return usual.subject, usual.opening, usual.closing
