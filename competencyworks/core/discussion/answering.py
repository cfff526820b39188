"""Telling those who wait for answers that there is one."""

from ..mail.outbox import Mail, queue
from ..metadata import absolute
from ..models import Comment


def tell(comment: Comment) -> None:
    """
    Queue the mail about the public `comment` to the writer of what it answers, if they asked for
    it, their address is confirmed, and it is not their own.
    """
    above = comment.parent
    if above is None or not (above.wants_replies and above.is_confirmed and above.email):
        return
    if above.email.lower() == comment.email.lower():
        return
    link = absolute(comment.get_absolute_url())
    queue(
        [
            Mail(
                key=f"comment-{comment.pk}-answer",
                kind="comment.answer",
                to_email=above.email,
                to_name=above.name,
                subject=f"{comment.name or 'Somebody'} answered you",
                text=f"{comment.name or 'Somebody'} answered your comment:\n\n{link}\n",
            )
        ]
    )
