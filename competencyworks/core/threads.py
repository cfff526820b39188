"""Comments as the conversation that they are."""

from django.db import models

from .models import Comment


def thread(item: models.Model) -> list[Comment]:
    """
    The public comments under `item` as a tree: the first ones, each with `replies` (a list)
    and `depth` (from 1). One query. An answer whose parent is not public moves up to the
    nearest one that is, or to the top.
    """
    everything = list(Comment.objects.on(item).defer("email"))
    parent_of = {comment.pk: comment.parent_id for comment in everything}
    comments = {comment.pk: comment for comment in everything if comment.is_public}
    for comment in comments.values():
        comment.replies = []
    roots = []
    for comment in comments.values():
        above = comment.parent_id
        while above is not None and above not in comments:
            above = parent_of.get(above)
        if above is None:
            roots.append(comment)
        else:
            comments[above].replies.append(comment)
    _set_depth(roots)
    return roots


def _set_depth(roots: list[Comment]) -> None:
    level, depth = roots, 1
    while level:
        for comment in level:
            comment.depth = depth
        level = [reply for comment in level for reply in comment.replies]
        depth += 1


def flat(roots: list[Comment]) -> list[Comment]:
    """The tree in reading order, each comment before its answers."""
    found, waiting = [], list(reversed(roots))
    while waiting:
        comment = waiting.pop()
        found.append(comment)
        waiting.extend(reversed(comment.replies))
    return found
