"""Whether a new comment is believed: spam, good, or for a moderator to say."""

from dataclasses import dataclass

from ..models import Comment

Status = Comment.Status
TOO_FAST = 3.0  # seconds


@dataclass(frozen=True)
class Sender:
    """Where a comment comes from."""

    address: str  # IP, or ''
    user_agent: str
    referrer: str


@dataclass(frozen=True)
class Verdict:
    status: str
    reason: str


class Refused(ValueError):
    """Not taken, for a reason that the writer is told. Nothing is stored."""


def judge(
    comment: Comment, sender: Sender, *, honeypot: str, form_age: float | None, known: bool
) -> Verdict:
    """What becomes of an unsaved comment. `known`: its address has an approved one."""
    if honeypot:
        return Verdict(Status.SPAM, "A field that people do not see was filled in.")
    if form_age is not None and form_age < TOO_FAST:
        return Verdict(Status.SPAM, "The form came faster than people write.")
    if not known:
        return Verdict(Status.WAITING, "The first comment of this address.")
    return Verdict(Status.APPROVED, "The address has an approved comment.")
