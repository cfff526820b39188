"""The comments that wait, as the front page of the admin shows them first."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.prefetch import GenericPrefetch

from competencyworks.core import policy
from competencyworks.core.discussion.threads import discussed_kinds
from competencyworks.core.models import Comment, CommentReport

SHOWN = 5
MOST = 1000  # nobody needs to know how many more there are


@dataclass(frozen=True)
class CommentQueue:
    """How many wait, how many of those readers reported, and the newest."""

    count: int
    reported: int
    newest: list[Comment]

    @property
    def count_text(self) -> str:
        return f"{MOST:,}+" if self.count > MOST else f"{self.count:,}"


def comment_queue(user: AbstractUser) -> CommentQueue | None:
    """What `user` may decide; None for those who may not. Five queries, however many wait."""
    if not policy.may(user, "change", Comment):
        return None
    rows = Comment.objects.filter(status=Comment.Status.WAITING)
    items = [model._base_manager.only("title", "path") for model in discussed_kinds().values()]
    newest = rows.order_by("-created_at").prefetch_related(GenericPrefetch("item", items))
    reports = CommentReport.objects.filter(comment__status=Comment.Status.WAITING)
    return CommentQueue(
        count=rows.order_by()[: MOST + 1].count(),
        reported=reports.order_by().values("comment").distinct().count(),
        newest=list(newest[:SHOWN]),
    )
