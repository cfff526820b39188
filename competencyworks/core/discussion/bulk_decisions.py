"""Decisions on many comments, which the worker takes one by one (core.background.bulk_acts)."""

from functools import partial

from ..background.bulk_acts import Act, LeftAsItIs, register
from ..models import Ban, Comment, CommentDecision
from . import moderation
from .banning import mark_banned

Status = Comment.Status
# Status → what is being done, what was done. The words name no reader.
WORDS = {
    Status.APPROVED: ("Approving", "approved"),
    Status.SPAM: ("Marking as spam:", "marked as spam"),
    Status.TRASH: ("Moving to the trash:", "moved to the trash"),
    Status.WAITING: ("Sending back to review:", "sent back to review"),
}


def _decide(comment: Comment, by, reason: str, seen: str, *, status: str) -> None:
    try:
        is_done = moderation.decide(
            comment,
            status,
            source=CommentDecision.Source.MODERATOR,
            reason=f"{WORDS[status][1].capitalize()} by {by}.",
            by=by,
            seen=seen or None,
        )
    except moderation.WordsChanged as error:
        raise LeftAsItIs("Its text was edited after the list was shown.") from error
    if not is_done:
        raise LeftAsItIs(f"It was already “{comment.get_status_display()}.”")


def _mark_banned(comment: Comment, by, reason: str, seen: str, *, kind: str) -> None:
    if not mark_banned(comment, kind, by=by):
        raise LeftAsItIs("It was already marked as spam.")


BULK = {
    status: register(
        Act(f"comment-{status}", "change", partial(_decide, status=status), doing, done)
    )
    for status, (doing, done) in WORDS.items()
}
BULK_BANNED = {
    kind: register(
        Act(
            f"comment-banned-{kind}",
            "ban",
            partial(_mark_banned, kind=kind),
            *WORDS[Status.SPAM],
        )
    )
    for kind in (Ban.Kind.EMAIL, Ban.Kind.SENDER)
}
