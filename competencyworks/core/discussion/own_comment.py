"""What the writer of a comment may do with it, by the private link: change it, take it back."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from .. import revisions
from ..models import Comment, CommentDecision
from . import confirming, defence
from .moderation import decide

Status = Comment.Status
MINUTES = 15
WITHDRAWN = "Withdrawn by its writer."


class TooLate(ValueError):
    """The time for changes is over, or the comment is gone."""


def may_edit(comment: Comment) -> bool:
    """Whether the writer may still change the text."""
    young = timezone.now() < comment.created_at + timedelta(minutes=MINUTES)
    return young and comment.status in (Status.WAITING, Status.APPROVED, Status.SPAM)


def may_withdraw(comment: Comment) -> bool:
    return comment.status != Status.TRASH


@transaction.atomic
def edit(comment: Comment, body: str, sender: defence.Sender) -> None:
    """
    Give `comment` the text `body` (clean HTML) and judge it anew; both texts stay as revisions.

    Raises TooLate, or defence.Refused with words for the writer. What the new text makes of the
    comment can only be worse: an edit approves nothing that waits.
    """
    stored = Comment.objects.select_for_update().get(pk=comment.pk)
    if not may_edit(stored):
        raise TooLate("The time for changes is over.")
    if stored.body == body:
        return
    revisions.record(stored, reason="As first written")
    stored.body, stored.edited_at = body, timezone.now()
    was_public = stored.is_public or confirming.waits_for_click(stored)
    verdict = defence.judge(stored, sender, honeypot="", form_age=None, known=was_public)
    stored.save(update_fields=["body", "edited_at"])
    revisions.record(stored, reason="Changed by its writer")
    worse = verdict.status == Status.SPAM or (was_public and verdict.status == Status.WAITING)
    if worse and stored.status != Status.SPAM:
        decide(
            stored, verdict.status, source=CommentDecision.Source.RULE,
            reason=f"After a change by its writer: {verdict.reason}",
        )  # fmt: skip
    comment.refresh_from_db()


def withdraw(comment: Comment) -> None:
    """Take the comment back. Doing it again changes nothing."""
    decide(comment, Status.TRASH, source=CommentDecision.Source.WRITER, reason=WITHDRAWN)
