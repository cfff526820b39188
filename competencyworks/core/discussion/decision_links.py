"""
The links in mails by which a moderator or host decides on a comment without signing in.

A link holds one act, the comment, and who got it. It works for 30 days after the comment came or
was last decided on, for whoever still is a moderator or host of the item then, and no longer once
the comment or its writer's address is erased.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from .. import tokens
from ..client_address import hashes
from ..models import Comment

PURPOSE = "comment.decide"
WORKS_FOR = timedelta(days=30)
Status = Comment.Status
LABELS = {
    Status.APPROVED: "Approve this comment",
    Status.SPAM: "Mark as spam",
    Status.TRASH: "Move to the trash",
}


@dataclass(frozen=True)
class Link:
    """What a link allows: to give `comment` the status `act`, to the recipient with `key`."""

    comment: Comment
    act: str
    key: str


def path_to(comment: Comment, act: str, key: str) -> str:
    """The address by which the recipient `key` may give `comment` the status `act`."""
    value = f"{comment.pk}-{act}-{key}-{_writers(comment)[0]}"
    return f"/comments/decide/{tokens.make(PURPOSE, value)}/"


def read(token: str) -> Link | None:
    """
    What the link allows; None once its comment is gone or too old. Raises tokens.BadToken for what
    we did not make.
    """
    pk, act, key, writer = tokens.read(PURPOSE, token).split("-")
    comment = Comment.objects.filter(pk=pk).first()
    if comment is None or writer not in _writers(comment):
        return None
    if (comment.decided_at or comment.created_at) < timezone.now() - WORKS_FOR:
        return None
    return Link(comment, act, key)


def _writers(comment: Comment) -> list[str]:
    """What stands for the writer's address: in new links the first, in those of earlier keys."""
    return [each[:8] for each in hashes(comment.email)] if comment.email else ["0"]
