"""What a mail with a wording looks like, shown with an event and a registrant made up for it."""

from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape

from competencyworks.core import contact
from competencyworks.core.mail.outbox import Mail

from . import wording
from .models import Event, MailWording
from .patterns import MARKS, Shape, render

OWN = {"name": "Ann Lee", "seats": "2", "place": "14"}


def preview(words: MailWording) -> Mail:
    """The mail that `words`, checked but not necessarily stored, give."""
    start = (timezone.now() + timedelta(days=14)).replace(
        hour=18, minute=0, second=0, microsecond=0
    )
    event = Event(
        title="Grading for learning",
        slug="grading-for-learning",
        path="/events/grading-for-learning/",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        join_url="https://video.example.org/join/123",
        join_note="<p>Passcode: 456</p>",
        cancel_reason="The speaker is ill.",
        recording_url="https://video.example.org/recordings/123",
        slides_url="https://slides.example.org/123",
    )
    shape = Shape(
        kind=words.kind,
        template=wording.USUAL[words.kind].template,
        method=None,
        texts=(words.subject, words.opening, words.closing),
        is_online=True,
        has_seats=True,
        is_named=True,
        contact=contact.email(),
    )
    change = SimpleNamespace(what="When", before="Monday, 2:00 p.m.", now="Tuesday, 2:00 p.m.")
    mail, _ = render(event, shape, {"changes": [change], "has_seat": True, "has_survey": True})
    values = OWN | {"page": f"{settings.SITE_URL}/events/registration/…/"}
    subject, text, html = mail.subject, mail.text, mail.html
    for name, words in values.items():
        subject, text = subject.replace(MARKS[name], words), text.replace(MARKS[name], words)
        html = html.replace(MARKS[name], escape(words))
    return Mail(key="", kind=mail.kind, to_email="", subject=subject, text=text, html=html)
