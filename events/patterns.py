"""
One kind of mail about one event, rendered once for all who get the same words. Where a person's
own words go it holds marks that nobody can write; to() puts the words in their place.
"""

import secrets
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from html import unescape
from typing import Any

from django.conf import settings
from django.utils.html import escape, strip_tags

from competencyworks.core import contact
from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.outbox import Mail
from competencyworks.core.metadata import absolute

from . import calendar_mail, calendars, seats, wording
from .models import Event, MailWording, Registration
from .moments import moment
from .times import when, zone_name
from .video_service.places import is_personal

# Columns that no mail is made of, and that are long.
NOT_IN_MAILS = frozenset("_state vector html body contents attached_text".split())
_kept: dict[tuple, tuple[Mail, bytes]] = {}
BREAKS = ("</p>", "<br>", "</li>", "</h2>", "</h3>", "</h4>")


def own_page(registration: Registration) -> str:
    """The address of the registrant's own page, with its token."""
    return f"{settings.SITE_URL}/events/registration/{registration.token}/"


# What stands for the name in mails about a registration that its owner has not acted on.
NOBODY = "participant"
# What a person's own words take the place of; nobody can write it.
OWN_WORDS = ("name", "page", "seats", "place", "way_in")
MARKS = {name: f"\ue000{secrets.token_hex(8)}\ue001" for name in OWN_WORDS}
IN_CALENDAR = (
    "How to join: see your registration page, linked in the email about your registration."
)
WAITING = "event_waiting"  # the template that says a place in line
KEPT = 64  # rendered mails of a process


@dataclass(frozen=True)
class Shape:
    """What the words of a mail depend on, beside its event."""

    kind: str
    template: str
    method: str | None
    texts: tuple[str, str, str]  # subject, opening, closing
    is_online: bool
    has_seats: bool  # more than one
    has_personal: bool = False  # an address of their own to come in by
    has_known: bool = False  # and it is known
    is_named: bool = False  # the name may stand in it
    contact: str = ""  # the address at which people reach the site


class Pattern:
    """
    Mails by the template mail/<template> with the words of `kind`; with `method`, a calendar file
    goes with them. `texts` (subject, opening, closing) are said instead of the kind's;
    `more` is what the template asks for beside.
    """

    def __init__(
        self,
        event: Event,
        kind: str,
        template: str,
        *,
        method: str | None = None,
        texts: tuple[str, str, str] | None = None,
        **more: Any,
    ) -> None:
        self.event, self.kind, self.template = event, kind, template
        self.method, self.more = method, more
        self.texts = texts or texts_of(kind)
        self._made: dict[Shape, tuple[Mail, bytes]] = {}

    def to(
        self,
        registration: Registration,
        what: str,
        kind: str | None = None,
        way_in: str = "",
        *,
        is_named: bool,
    ) -> Mail:
        """
        The mail to one registrant; its key is the registration's with `what`, and its kind
        'registration.<kind>', `what` if that is left out. `way_in` is their personal address;
        without it the mail leads to their page, if they get one. `is_named`: they have acted on
        this registration, so the name that was given with it may stand in the mail.
        """
        mail, calendar = self._rendered(registration, bool(way_in), is_named)
        own = {
            MARKS["name"]: registration.name,
            MARKS["page"]: own_page(registration),
            MARKS["seats"]: str(registration.seats),
            MARKS["place"]: self._place_in_line(registration),
            MARKS["way_in"]: way_in,
        }
        subject, text, html = mail.subject, mail.text, mail.html
        for mark, words in own.items():
            subject, text = subject.replace(mark, words), text.replace(mark, words)
            html = html.replace(mark, escape(words))
        files = []
        if self.method:
            file = calendar_mail.attached(calendar, self.method, registration, is_named)
            files = [file]
        return replace(
            mail,
            key=f"registration-{registration.pk}-{what}",
            kind=f"registration.{kind or what}",
            to_email=registration.email,
            to_name=registration.name if is_named else "",
            subject=subject,
            text=text,
            html=html,
            attachments=files,
            details=self._details(),
        )

    def _place_in_line(self, registration: Registration) -> str:
        return str(seats.place_in_line(registration)) if self.template == WAITING else ""

    def _details(self) -> dict[str, Any]:
        """What the mail needs to be written anew when it goes (events.mail_checks)."""
        changes = [asdict(change) for change in self.more.get("changes", [])]
        return {"wording": self.kind} | ({"changes": changes} if changes else {})

    @cached_property
    def _contact(self) -> str:
        return contact.email()

    def _rendered(
        self, registration: Registration, has_known: bool, is_named: bool
    ) -> tuple[Mail, bytes]:
        is_group = registration.seats > 1
        shape = Shape(
            kind=self.kind,
            template=self.template,
            method=self.method,
            texts=wording.for_group(self.kind, self.texts) if is_group else self.texts,
            is_online=registration.is_online,
            has_seats=is_group,
            has_personal=is_personal(self.event),
            has_known=has_known,
            is_named=is_named,
            contact=self._contact,
        )
        if shape not in self._made:
            made = render(self.event, shape, self.more) if self.more else kept(self.event, shape)
            self._made[shape] = made
        return self._made[shape]


def kept(event: Event, shape: Shape) -> tuple[Mail, bytes]:
    """As render(), which is asked once for an event as it is now: hundreds come in a minute."""
    state = tuple((name, value) for name, value in vars(event).items() if name not in NOT_IN_MAILS)
    key = (repr(state), shape, settings.SITE_URL, settings.DEFAULT_FROM_EMAIL)
    if key not in _kept:
        if len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = render(event, shape, {})
    return _kept[key]


def render(event: Event, shape: Shape, more: dict[str, Any]) -> tuple[Mail, bytes]:
    """A mail and its calendar (b"" if it has none) with MARKS for a person's own words."""
    name = MARKS["name"] if shape.is_named else ""
    values = {"name": name or NOBODY, "title": event.title, "when": when(event)}
    values["seats"] = MARKS["seats"]
    subject, opening, closing = (wording.filled(each, **values) for each in shape.texts)
    note = event.join_note if shape.is_online else event.venue_note
    context = {
        "event": event,
        "title": event.title,
        "when": values["when"],
        "zone": zone_name(event),
        "event_url": absolute(event.path),
        "is_online": shape.is_online,
        "note": note,
        "note_text": plain(note),
        "opening": opening,
        "closing": closing,
        "own_page": MARKS["page"],
        "until": moment(event, event.seats_pass_until),
        "join_url": _join_url(event, shape),
        "has_personal": shape.has_personal,
        "place": MARKS["place"],
        "seats": MARKS["seats"] if shape.has_seats else "",
        "has_seat": bool(shape.method),
        "contact": shape.contact,
        **more,
    }
    mail = letter(shape.template, context, key="", to_email="", to_name=name, subject=subject)
    if not shape.method:
        return mail, b""
    calendar = calendars.entry(
        event,
        method=shape.method,
        note="" if shape.is_online or shape.method == "CANCEL" else plain(note),
        way_in=shape.is_online and shape.method == "REQUEST",
        join=IN_CALENDAR if shape.has_personal else None,
    )
    return mail, calendar


def _join_url(event: Event, shape: Shape) -> str:
    """What the mail says to come in by; '' where that is not known, or on their own page alone."""
    if shape.has_known:
        return MARKS["way_in"]
    return "" if shape.has_personal else event.join_url


def texts_of(kind: str) -> tuple[str, str, str]:
    """Subject, opening and closing of a kind of mail."""
    rows = MailWording.objects.filter(kind=kind).values_list("subject", "opening", "closing")
    return next(iter(rows), None) or wording.usual_texts(kind)


def plain(html: str) -> str:
    """The words of clean HTML, a line for each paragraph."""
    for end in BREAKS:
        html = html.replace(end, f"{end}\n")
    lines = (" ".join(line.split()) for line in unescape(strip_tags(html)).split("\n"))
    return "\n".join(line for line in lines if line)
