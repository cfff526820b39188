"""Telling moderators and hosts of a new comment."""

from ..models import Comment


def announce(comment: Comment) -> None:
    """Queue the mails about `comment`, in the transaction that stored it."""
