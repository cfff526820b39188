"""That a comment's address is its writer's: asked by mail, answered by a click."""

import re
from datetime import datetime

from django.db import transaction

from ..mail import strangers
from ..mail.letters import letter
from ..mail.outbox import Mail, write
from ..mail.sending import checked
from ..metadata import absolute
from ..models import Comment, CommentDecision, OutgoingMail
from . import spam_service
from .announcing import announce
from .moderation import WordsChanged, decide
from .proofs import confirm_path, private_path

Status = Comment.Status
KIND = "comment_confirm"
KEY = re.compile(r"comment-(\d+)-confirm")
NOT_NEEDED = "the comment is gone or decided on, or its address was confirmed."
# The reason of a comment that would be public if its address were proven. As long as it stands
# there, nothing else keeps the comment back.
WAITS_FOR_CLICK = "Awaiting a click in an email to its address, which has an approved comment."
CONFIRMED = "Its author confirmed the email address, which has an approved comment."


def waits_for_click(comment: Comment) -> bool:
    return comment.status == Status.WAITING and comment.reason == WAITS_FOR_CLICK


def mail_for(comment: Comment) -> Mail | None:
    """
    The mail that asks for the click, where something depends on it, and the address may get one.

    It holds no word of whoever wrote the comment, not even the name: they may have given somebody
    else's address. Call it in the transaction that stores the comment.
    """
    if not _asks(comment):
        return None
    due_at = strangers.may_go_at(comment.email)
    if due_at is None:
        return None
    return _mail(comment, due_at)


def _asks(comment: Comment) -> bool:
    """Whether something depends on that the address is confirmed."""
    if comment.is_confirmed or comment.status in (Status.SPAM, Status.TRASH):
        return False
    return waits_for_click(comment) or comment.wants_replies


@checked(KIND)
def look(mail: OutgoingMail) -> str | None:
    """Write a queued mail as the comment is now, unless nothing depends on the click any more."""
    key = KEY.fullmatch(mail.key)[1]
    comment = Comment.objects.filter(pk=key, email=mail.to_email).first()
    if comment is None or comment.item is None or not _asks(comment):
        return NOT_NEEDED
    write(mail, _mail(comment))
    return None


def _mail(comment: Comment, due_at: datetime | None = None) -> Mail:
    return letter(
        KIND,
        {
            "title": str(comment.item),
            "publishes": waits_for_click(comment),
            "confirm_url": absolute(confirm_path(comment)),
            "private_url": absolute(private_path(comment)),
        },
        key=f"comment-{comment.pk}-confirm",
        to_email=comment.email,
        subject="Publish your comment"
        if waits_for_click(comment)
        else ("Confirm your email address"),
        due_at=due_at,
    )


@transaction.atomic
def confirm(comment: Comment, seen: str | None = None) -> bool:
    """
    Take the address of `comment` as its writer's, and publish what waited for that alone.

    `seen` is the Comment.words_hash that the page showed. Whoever holds the private link can be
    somebody else, so nothing is published that the owner of the address has not read: then raises
    WordsChanged, and changes nothing. True if it is public now. Doing it again changes nothing.
    """
    stored = Comment.objects.select_for_update().get(pk=comment.pk)
    if seen is not None and waits_for_click(stored) and stored.words_hash != seen:
        raise WordsChanged
    strangers.prove(stored.email)
    if not stored.is_confirmed:
        stored.is_confirmed = True
        stored.save(update_fields=["is_confirmed"])
    comment.is_confirmed = True
    if waits_for_click(stored):
        if spam_service.publishes_later(stored):
            comment.reason = stored.reason
            return False
        decide(comment, Status.APPROVED, source=CommentDecision.Source.WRITER, reason=CONFIRMED)
        announce(comment)
        return True
    return stored.is_public
