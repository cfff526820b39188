"""
One kind of mail about one event, rendered once for all who get the same words. Where a person's
own words go it holds marks that nobody can write; to() puts the words in their place.
"""

import secrets
from dataclasses import replace
from html import unescape
from typing import Any

from django.conf import settings
from django.utils.html import escape, strip_tags

from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.outbox import Mail
from competencyworks.core.metadata import absolute

from . import calendar_mail, calendars, wording
from .models import Event, MailWording, Registration
from .times import when, zone_name

BREAKS = ("</p>", "<br>", "</li>", "</h2>", "</h3>", "</h4>")


def own_page(registration: Registration) -> str:
    """The address of the registrant's own page, with its token."""
    return f"{settings.SITE_URL}/events/registration/{registration.token}/"


class Pattern:
    """
    Mails by the template mail/<template> with the words of `kind`; with `method`, a calendar file
    goes with them. `more` is what the template asks for beside.
    """

    def __init__(
        self, event: Event, kind: str, template: str, *, method: str | None = None, **more: Any
    ) -> None:
        self.event, self.kind, self.template = event, kind, template
        self.method, self.more = method, more
        self.texts = texts_of(kind)
        self.marks = {
            name: f"\ue000{secrets.token_hex(8)}\ue001" for name in ("name", "page", "seats")
        }
        self._made: dict[tuple, tuple[Mail, bytes]] = {}

    def to(self, registration: Registration, what: str, kind: str | None = None) -> Mail:
        """
        The mail to one registrant; its key is the registration's with `what`, and its kind
        'registration.<kind>', `what` if that is left out.
        """
        mail, calendar = self._pattern(registration)
        own = {
            self.marks["name"]: registration.name,
            self.marks["page"]: own_page(registration),
            self.marks["seats"]: str(registration.seats),
        }
        subject, text, html = mail.subject, mail.text, mail.html
        for mark, words in own.items():
            subject, text = subject.replace(mark, words), text.replace(mark, words)
            html = html.replace(mark, escape(words))
        files = []
        if self.method:
            files = [calendar_mail.attached(calendar, self.method, registration)]
        return replace(
            mail,
            key=f"registration-{registration.pk}-{what}",
            kind=f"registration.{kind or what}",
            to_email=registration.email,
            to_name=registration.name,
            subject=subject,
            text=text,
            html=html,
            attachments=files,
        )

    def _pattern(self, registration: Registration) -> tuple[Mail, bytes]:
        shape = (registration.is_online, registration.seats > 1)
        if shape not in self._made:
            self._made[shape] = self._render(*shape)
        return self._made[shape]

    def _render(self, online: bool, several: bool) -> tuple[Mail, bytes]:
        event = self.event
        values = {"name": self.marks["name"], "title": event.title, "when": when(event)}
        subject, opening, closing = (wording.filled(each, **values) for each in self.texts)
        note = event.join_note if online else event.venue_note
        context = {
            "event": event,
            "title": event.title,
            "when": values["when"],
            "zone": zone_name(event),
            "event_url": absolute(event.path),
            "is_online": online,
            "note": note,
            "note_text": plain(note),
            "opening": opening,
            "closing": closing,
            "own_page": self.marks["page"],
            "seats": self.marks["seats"] if several else "",
            "has_seat": bool(self.method),
            **self.more,
        }
        mail = letter(
            self.template,
            context,
            key="",
            to_email="",
            to_name=self.marks["name"],
            subject=subject,
        )
        calendar = b""
        if self.method:
            calendar = calendars.entry(
                event,
                method=self.method,
                note="" if online else plain(note),
                way_in=online and self.method == "REQUEST",
            )
        return mail, calendar


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
