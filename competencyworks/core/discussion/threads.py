"""Comments as the conversation that they are."""

from django.contrib.contenttypes.models import ContentType
from django.db import models

from ..models import Comment
from ..prepared import Prepared

PUBLIC = Prepared(
    lambda at, kind, key: (
        Comment.objects.under(kind, key)
        .public()
        .only("parent_id", "name", "website", "body", "created_at")
    )
)


def thread(item: models.Model) -> list[Comment]:
    """
    The public comments under `item` as a tree: the first ones, each with `replies` (a list)
    and `depth` (from 1). An answer whose parent is not public moves up to the nearest one that
    is, or to the top. One query, and where there is such an answer one more.
    """
    kind = ContentType.objects.get_for_model(item).pk
    comments = {comment.pk: comment for comment in PUBLIC.rows(kind=kind, key=item.pk)}
    for comment in comments.values():
        comment.replies = []
    parent_of = _parents_of_hidden(item, comments)
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


def _parents_of_hidden(item: models.Model, comments: dict[int, Comment]) -> dict[int, int | None]:
    """The parents of the comments that are not public, if one of them has a public answer."""
    if all(
        comment.parent_id is None or comment.parent_id in comments for comment in comments.values()
    ):
        return {}
    return dict(Comment.objects.on(item).exclude(pk__in=comments).values_list("pk", "parent_id"))


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
