"""What becomes of a comment: each decision is one act, with its reason kept."""

from django.db import transaction
from django.utils import timezone

from ..models import Comment, CommentDecision
from . import answering

Status = Comment.Status
Source = CommentDecision.Source


@transaction.atomic
def decide(comment: Comment, status: str, *, source: str, reason: str, by=None) -> bool:
    """
    Give `comment` the status, and keep who said so and why. False if it had that already.

    The row is locked, so of two decisions at the same time the second sees the first.
    """
    stored = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if stored.status == status:
        return False
    was, now = stored.status, timezone.now()
    stored.status, stored.reason, stored.decided_at = status, reason[:300], now
    stored.save(update_fields=["status", "reason", "decided_at"])
    CommentDecision.objects.create(
        comment=stored, at=now, source=source, by=by, was=was, became=status, reason=reason[:300]
    )
    comment.status, comment.reason, comment.decided_at = status, stored.reason, now
    if status == Status.APPROVED:
        answering.tell(stored)
    return True
