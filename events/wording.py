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


USUAL = {
    "confirmed": Usual(
        "Registered", "event_seat", "You are registered: {title}", "you are registered."
    ),
    "promoted": Usual(
        "A seat has become free",
        "event_seat",
        "A seat is yours: {title}",
        "a seat has become free, and it is yours. You need not do anything more.",
    ),
    "waiting": Usual(
        "On the waiting list",
        "event_waiting",
        "You are on the waiting list: {title}",
        "all seats are taken at present, and you are on the waiting list. As soon as there is "
        "a seat for you, it is yours, and we send you a mail.",
    ),
    "again": Usual(
        "Registration sent again",
        "event_seat",
        "Your registration: {title}",
        "somebody, most likely you, registered with your address, which is registered "
        "already. Nothing has changed; this is your registration.",
    ),
    "given-back": Usual(
        "Registration cancelled",
        "event_given_back",
        "Your registration is cancelled: {title}",
        "your registration is cancelled, and you need not do anything more.",
    ),
    "changed": Usual(
        "Time or place changed",
        "event_changed",
        "Changed: {title}",
        "something has changed about an event for which you are registered.",
    ),
    "reminder": Usual(
        "Reminder",
        "event_reminder",
        "Reminder: {title}",
        "this is to remind you of an event for which you are registered.",
    ),
    "follow-up": Usual(
        "After the event",
        "event_follow_up",
        "Afterwards: {title}",
        "thank you for being part of this event. Here is what remains of it.",
    ),
    "event-cancelled": Usual(
        "Event cancelled",
        "event_cancelled",
        "Cancelled: {title}",
        "we are sorry: this event does not take place.",
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
            f"A brace is without its other half. Placeholders are {allowed}."
        ) from error
    for _literal, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            raise BadPlaceholder(f"There is no placeholder “{{{name}}}”, only {allowed}.")


def filled(text: str, **values: str) -> str:
    """`text`, which check() has let through, with its placeholders filled in."""
    return text.format(**values)


def usual_texts(kind: str) -> tuple[str, str, str]:
    """Subject, opening and closing of a kind of mail, as long as staff write no others."""
    usual = USUAL[kind]
    return usual.subject, usual.opening, usual.closing
