"""The mails to a reader about what they suggested."""

from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.outbox import Mail
from competencyworks.core.metadata import absolute

from ..models import Suggestion

MOST_TITLE = 120


def received(suggestion: Suggestion) -> Mail:
    """That it has come, and waits. Of the reader's own words it holds the title alone."""
    return _letter(suggestion, "received", "Your suggestion has arrived")


def decided(suggestion: Suggestion) -> Mail:
    """That it was accepted, with the address; or that it was not, with the reason."""
    is_accepted = suggestion.status == Suggestion.Status.ACCEPTED
    name = "accepted" if is_accepted else "declined"
    subject = "Your suggestion is in the wiki" if is_accepted else "About your suggestion"
    return _letter(suggestion, name, subject)


def _letter(suggestion: Suggestion, name: str, subject: str) -> Mail:
    item = suggestion.item
    return letter(
        f"suggestion_{name}",
        {
            "title": (str(item) if item else suggestion.title)[:MOST_TITLE],
            "is_edit": suggestion.is_edit,
            "url": absolute(item.path) if item else "",
            "answer": suggestion.answer,
            "name": suggestion.name,
        },
        key=f"suggestion-{suggestion.pk}-{name}",
        to_email=suggestion.email,
        to_name=suggestion.name,
        subject=f"{subject}: {(str(item) if item else suggestion.title)[:MOST_TITLE]}",
    )
