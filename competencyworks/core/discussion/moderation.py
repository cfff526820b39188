"""What becomes of a comment: each decision is one act, with its reason kept."""

from django.db import transaction
from django.utils import timezone

from .. import revisions
from ..models import Comment, CommentDecision
from . import answering, spam_service

Status = Comment.Status
Source = CommentDecision.Source
OF_PEOPLE = (Source.MODERATOR, Source.MAIL)


class WordsChanged(ValueError):
    """The comment no longer says what the person who decided had read. Nothing was changed."""


@transaction.atomic
def decide(
    comment: Comment, status: str, *, source: str, reason: str, by=None, seen: str | None = None
) -> bool:
    """
    Give `comment` the status, and keep who said so and why. False if it had that already.

    `seen` is the Comment.version that the page showed to the person who decides. The row is locked,
    so of two decisions at the same time the second sees the first, and is not made where the status
    is another one by now. Raises WordsChanged where the status is the same but the words are not.
    In each case `comment` then has the status, reason and words that are stored. What follows is
    part of the act: mail to those who are answered, word to the spam service.
    """
    stored = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    seen_status, _, seen_words = (stored.version if seen is None else seen).partition(".")
    if stored.status == status or stored.status != seen_status:
        _renew(comment, stored)
        return False
    if stored.words_hash != seen_words:
        _renew(comment, stored)
        raise WordsChanged
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
    for name in ("status", "reason", "decided_at", "edited_at", *Comment.revision_fields):
        setattr(comment, name, getattr(stored, name))


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
        revisions.record(before, None, "As it was posted.")
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
