"""What becomes of a comment: each decision is one act, with its reason kept."""

from django.db import transaction
from django.utils import timezone

from .. import revisions
from ..models import Comment, CommentDecision
from . import answering, spam_service

Status = Comment.Status
Source = CommentDecision.Source
OF_PEOPLE = (Source.MODERATOR, Source.MAIL)


@transaction.atomic
def decide(
    comment: Comment, status: str, *, source: str, reason: str, by=None, seen: str | None = None
) -> bool:
    """
    Give `comment` the status, and keep who said so and why. False if it had that already.

    The row is locked, so of two decisions at the same time the second sees the first: with
    `seen`, the status that the decider had before their eyes, a decision on what has another one
    by now is not made either. `comment` then has the status and the reason that are stored.
    What follows is part of the act: mail to those who are answered, word to the spam service.
    """
    stored = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if stored.status == status or (seen is not None and stored.status != seen):
        _renew(comment, stored)
        return False
    was, now = stored.status, timezone.now()
    stored.status, stored.reason, stored.decided_at = status, reason[:300], now
    stored.save(update_fields=["status", "reason", "decided_at"])
    CommentDecision.objects.create(
        comment=stored, at=now, source=source, by=by, was=was, became=status, reason=reason[:300]
    )
    if source in OF_PEOPLE:
        spam_service.correct(stored, was, status)
    if stored.is_public:
        answering.tell(stored)
    _renew(comment, stored)
    return True


def _renew(comment: Comment, stored: Comment) -> None:
    comment.status, comment.reason = stored.status, stored.reason
    comment.decided_at = stored.decided_at


@transaction.atomic
def edit(comment: Comment, *, by, reason: str = "") -> bool:
    """
    Store the name, website and words that `comment` now has, as a moderator changed them; what
    they were is kept in its history. False if nothing changed.
    """
    before = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    comment._meta.get_field("body").clean_on(comment)
    if all(getattr(before, name) == getattr(comment, name) for name in Comment.revision_fields):
        return False
    if not revisions.history(before).exists():
        revisions.record(before, None, "As it came.")
    comment.edited_at = timezone.now()
    comment.save(update_fields=[*Comment.revision_fields, "edited_at"])
    revisions.record(comment, by, reason)
    return True


@transaction.atomic
def pin(comment: Comment, is_pinned: bool) -> bool:
    """Have it stand before the others, or no longer. False if it did so already."""
    changed = Comment.objects.filter(pk=comment.pk, is_pinned=not is_pinned)
    comment.is_pinned = is_pinned
    return bool(changed.update(is_pinned=is_pinned))
