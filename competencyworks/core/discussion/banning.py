"""A moderator bans the writers of comments, by address or network."""

from django.contrib.auth import get_user_model
from django.db import transaction

from ..models import Ban, Comment, CommentDecision
from .bans import ban
from .moderation import decide

Kind = Ban.Kind


class CannotBan(ValueError):
    """There is nothing to ban, or nobody who should be. The message is for a moderator."""


@transaction.atomic
def ban_writers(comments: list[Comment], kind: str, *, by) -> int:
    """
    Ban the addresses (Kind.EMAIL) or networks (Kind.SENDER) of `comments` and mark those as spam;
    returns how many bans are new. Raises CannotBan, and does nothing.
    """
    values = {_value_of(comment, kind) for comment in comments}
    if "" in values:
        raise CannotBan(
            "A comment without an e-mail address is among them."
            if kind == Kind.EMAIL
            else "Of a comment older than 30 days the network is no longer known."
        )
    staff = get_user_model().objects.filter(is_staff=True).values_list("email", flat=True)
    if kind == Kind.EMAIL and (ours := values & {email.lower() for email in staff}):
        raise CannotBan(f"{', '.join(sorted(ours))} belongs to a member of staff.")
    made = sum(ban(kind, value, by=by, reason="From the comments.") for value in sorted(values))
    for comment in comments:
        decide(
            comment,
            Comment.Status.SPAM,
            source=CommentDecision.Source.MODERATOR,
            reason=f"Its {'address' if kind == Kind.EMAIL else 'network'} was banned by {by}.",
            by=by,
        )
    return made


def _value_of(comment: Comment, kind: str) -> str:
    return comment.email.strip().lower() if kind == Kind.EMAIL else comment.network
