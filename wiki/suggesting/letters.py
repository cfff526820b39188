"""
The mails to a reader about what they suggested.

Who gives an address may not be its owner, and no mail about a suggestion has a link by which they
could say so: the mails hold no word of the reader's own, neither name nor title. The title of an
item of the wiki is ours.
"""

from datetime import datetime

from competencyworks.core.mail import strangers
from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.outbox import Mail
from competencyworks.core.mail.sending import checked
from competencyworks.core.metadata import absolute
from competencyworks.core.models import OutgoingMail

from ..models import Suggestion

MOST_TITLE = 120
GONE = "the suggestion no longer exists."
TOLD = "it was decided; another email says how."
NOT_PUBLIC = "its result is no longer public."


def received(suggestion: Suggestion) -> Mail | None:
    """
    That it has come, and waits; None where too much mail of forms has gone to the address. Call it
    in the transaction that stores the suggestion.
    """
    due_at = strangers.may_go_at(suggestion.email)
    if due_at is None:
        return None
    return _letter(suggestion, "received", "We received your suggestion", due_at)


def decided(suggestion: Suggestion) -> Mail:
    """That it was accepted, with the address; or that it was not, with the reason."""
    is_accepted = suggestion.status == Suggestion.Status.ACCEPTED
    name = "accepted" if is_accepted else "declined"
    subject = "Your suggestion is in the wiki" if is_accepted else "About your suggestion"
    return _letter(suggestion, name, subject)


@checked("suggestion_received")
def look_at_received(mail: OutgoingMail) -> str | None:
    suggestion = _stored(mail)
    if suggestion is None:
        return GONE
    return TOLD if suggestion.told_at else None


@checked("suggestion_accepted")
def look_at_accepted(mail: OutgoingMail) -> str | None:
    suggestion = _stored(mail)
    if suggestion is None:
        return GONE
    item = suggestion.item
    return None if item is not None and item.is_public else NOT_PUBLIC


@checked("suggestion_declined")
def look_at_declined(mail: OutgoingMail) -> str | None:
    return None if _stored(mail) else GONE


def _stored(mail: OutgoingMail) -> Suggestion | None:
    key = mail.about.rpartition("-")[2]
    return Suggestion.objects.filter(pk=key, email=mail.to_email).first()


def _letter(
    suggestion: Suggestion, name: str, subject: str, due_at: datetime | None = None
) -> Mail:
    item = suggestion.item
    title = str(item)[:MOST_TITLE] if item else ""
    return letter(
        f"suggestion_{name}",
        {
            "title": title,
            "is_edit": suggestion.is_edit,
            "url": absolute(item.path) if item else "",
            "answer": suggestion.answer,
        },
        key=f"suggestion-{suggestion.pk}-{name}",
        to_email=suggestion.email,
        subject=f"{subject}: {title}" if title else subject,
        due_at=due_at,
    )
