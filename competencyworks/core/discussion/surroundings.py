"""What a moderator wants to see around one comment."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.functional import cached_property

from .. import revisions
from ..models import Comment
from .bans import bans_of

EARLIER = 20
IN_VIEW = 100  # comments of a thread


class Surroundings:
    """The thread of `comment`, its writer's other comments, and what was decided and said of it."""

    def __init__(self, comment: Comment) -> None:
        self.comment = comment

    @cached_property
    def thread(self) -> list[Comment]:
        """
        The comments from the first of the thread down to all its answers, whatever their status,
        in reading order, with `depth`. Of a longer thread those nearest before and after.
        """
        rows = {row.pk: row for row in self._rows()}
        answers: dict[int | None, list[Comment]] = {}
        for row in rows.values():
            above = row.parent_id if row.parent_id in rows else None
            answers.setdefault(above, []).append(row)
        found, waiting = [], [(row, 1) for row in reversed(answers.get(None, []))]
        while waiting:
            row, depth = waiting.pop()
            row.depth = min(depth, 5)
            found.append(row)
            waiting += [(each, depth + 1) for each in reversed(answers.get(row.pk, []))]
        place = next(n for n, row in enumerate(found) if row.pk == self.comment.pk)
        start = max(0, min(place - IN_VIEW // 2, len(found) - IN_VIEW))
        return found[start : start + IN_VIEW]

    def _rows(self) -> QuerySet:
        table = Comment._meta.db_table
        return Comment.objects.raw(_THREAD.format(table=table), [self.comment.pk])

    @cached_property
    def earlier(self) -> list[Comment]:
        """The latest other comments under the same e-mail address."""
        if not self.comment.email:
            return []
        rows = Comment.objects.filter(email=self.comment.email).exclude(pk=self.comment.pk)
        return list(rows.order_by("-created_at")[:EARLIER])

    @cached_property
    def decisions(self) -> list:
        return list(self.comment.decisions.select_related("by"))

    @cached_property
    def reports(self) -> list:
        return list(self.comment.reports.all())

    @cached_property
    def revisions(self) -> list:
        ContentType.objects.get_for_model(Comment)
        return list(revisions.history(self.comment).select_related("author"))

    @cached_property
    def bans(self) -> list:
        """Bans that its writer or network is under."""
        return bans_of(self.comment)


_THREAD = """
WITH RECURSIVE above AS (
    SELECT id, parent_id FROM {table} WHERE id = %s
    UNION SELECT c.id, c.parent_id FROM {table} c JOIN above ON c.id = above.parent_id
), thread AS (
    SELECT id FROM above WHERE parent_id IS NULL
    UNION SELECT c.id FROM {table} c JOIN thread ON c.parent_id = thread.id
)
SELECT c.* FROM {table} c JOIN thread ON thread.id = c.id ORDER BY c.created_at, c.id
"""
