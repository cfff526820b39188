"""That a comment's address is its writer's: asked by mail, answered by a click."""

from django.db import transaction

from ..mail.letters import letter
from ..mail.outbox import Mail
from ..metadata import absolute
from ..models import Comment, CommentDecision
from . import spam_service
from .announcing import announce
from .moderation import decide
from .proofs import confirm_path, private_path

Status = Comment.Status
# The reason of a comment that would be public if its address were proven. As long as it stands
# there, nothing else keeps the comment back.
WAITS_FOR_CLICK = "Waits for a click in a mail to its address, which has an approved comment."
CONFIRMED = "Its writer confirmed the address, which has an approved comment."


def waits_for_click(comment: Comment) -> bool:
    return comment.status == Status.WAITING and comment.reason == WAITS_FOR_CLICK


def mail_for(comment: Comment) -> Mail | None:
    """The mail that asks for the click, where something depends on it."""
    if comment.is_confirmed or comment.status == Status.SPAM:
        return None
    if not (waits_for_click(comment) or comment.wants_replies):
        return None
    return letter(
        "comment_confirm",
        {
            "comment": comment,
            "title": str(comment.item),
            "publishes": waits_for_click(comment),
            "confirm_url": absolute(confirm_path(comment)),
            "private_url": absolute(private_path(comment)),
        },
        key=f"comment-{comment.pk}-confirm",
        to_email=comment.email,
        to_name=comment.name,
        subject="Publish your comment" if waits_for_click(comment) else "Confirm your address",
    )


@transaction.atomic
def confirm(comment: Comment) -> bool:
    """
    Take the address of `comment` as its writer's, and publish what waited for that alone.

    True if it is public now. Doing it again changes nothing.
    """
    stored = Comment.objects.select_for_update().get(pk=comment.pk)
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
