"""A moderator bans the writers of comments, by address or network."""

from django.contrib.auth import get_user_model
from django.db import transaction

from ..client_address import hashes, network_of
from ..models import Ban, Comment, CommentDecision
from .bans import ban
from .moderation import decide

Kind = Ban.Kind


class CannotBan(ValueError):
    """There is nothing to ban, or nobody who should be. The message is for a moderator."""


@transaction.atomic
def ban_writers(
    comments: list[Comment],
    kind: str,
    *,
    by,
    marks_spam: bool = True,
    own_address: str = "",
) -> int:
    """
    Ban the addresses (Kind.EMAIL) or networks (Kind.SENDER) of `comments` and mark those as spam;
    returns how many bans are new. Without `marks_spam` the caller has mark_banned() done to each.
    `own_address` is the IP address of whoever bans. Raises CannotBan, and does nothing.
    """
    values = {_value_of(comment, kind) for comment in comments}
    if "" in values:
        raise CannotBan(
            "One of these comments has no email address."
            if kind == Kind.EMAIL
            else "The network of a comment more than a month old is no longer known."
        )
    staff = get_user_model().objects.filter(is_staff=True).values_list("email", flat=True)
    if kind == Kind.EMAIL and (ours := values & {email.lower() for email in staff}):
        raise CannotBan(f"{', '.join(sorted(ours))} belongs to a staff member.")
    if kind == Kind.SENDER and own_address and values & set(hashes(network_of(own_address))):
        raise CannotBan(
            "One of these comments came from the network you are using now, so banning it would "
            "also block you and your colleagues. Ban the email address instead."
        )
    made = sum(
        ban(kind, value, by=by, reason=("Banned from the list of comments."))
        for value in sorted(values)
    )
    for comment in comments if marks_spam else ():
        mark_banned(comment, kind, by=by)
    return made


def mark_banned(comment: Comment, kind: str, *, by) -> bool:
    """Mark a comment as spam whose address or network was banned; False if it was spam already."""
    return decide(
        comment,
        Comment.Status.SPAM,
        source=CommentDecision.Source.MODERATOR,
        reason=f"Its {'address' if kind == Kind.EMAIL else 'network'} was banned by {by}.",
        by=by,
    )


def _value_of(comment: Comment, kind: str) -> str:
    return comment.email.strip().lower() if kind == Kind.EMAIL else comment.network
