"""Telling the writer of a comment that somebody answered it."""

import re
from dataclasses import replace

from ..mail import outbox
from ..mail.letters import letter
from ..mail.outbox import Mail, write
from ..mail.sending import checked
from ..metadata import absolute
from ..models import Comment, OutgoingMail
from .marks import words_of
from .proofs import stop_path

KIND = "comment_answer"
KEY = re.compile(r"comment-(\d+)-answer")
NOT_WANTED = (
    "the reply, or the comment above it, is no longer public, or its writer wants no emails."
)


def tell(comment: Comment) -> None:
    """
    Queue the mail to the writer of what `comment` answers, once it is public.

    Call it in the transaction that makes a comment public. The mail's key names the answer, so
    that an answer which is hidden and shown again is told of once.
    """
    if mail := mail_for(comment):
        outbox.queue([mail])


def mail_for(comment: Comment) -> Mail | None:
    """
    The mail about `comment`; None where nobody is to be told.

    It goes to the writer of the comment directly above alone, who asked for it and whose address
    was confirmed, and not to those who answer themselves.
    """
    if not comment.parent_id or not comment.is_public:
        return None
    above = Comment.objects.filter(pk=comment.parent_id).first()
    if above is None or not (above.wants_replies and above.is_confirmed and above.is_public):
        return None
    if above.email.lower() == comment.email.lower():
        return None
    mail = letter(
        KIND,
        {
            "comment": comment,
            "words": words_of(comment.body),
            "title": str(comment.item),
            "url": absolute(comment.get_absolute_url()),
        },
        key=f"comment-{comment.pk}-answer",
        to_email=above.email,
        to_name=above.name,
        subject=f"{comment.name} replied to your comment on “{comment.item}”",
        stop_url=absolute(stop_path(above)),
    )
    # To one person, answers to one comment go in the order in which they became public.
    return replace(mail, about=f"comment-{above.pk}")


@checked(KIND)
def look(mail: OutgoingMail) -> str | None:
    """Write a queued mail as the answer is now, unless nobody is to be told of it any more."""
    key = KEY.fullmatch(mail.key)[1]
    comment = Comment.objects.filter(pk=key).first()
    made = mail_for(comment) if comment else None
    if made is None or made.to_email != mail.to_email:
        return NOT_WANTED
    write(mail, made)
    return None


def stop(comment: Comment) -> None:
    """No more mail about answers to `comment`. Doing it again changes nothing."""
    Comment.objects.filter(pk=comment.pk).update(wants_replies=False)
