"""What readers said last, under whatever item, for the rail of the home page."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, When

from competencyworks.core.discussion.threads import discussed_kinds
from competencyworks.core.metadata import plain_text, shorten
from competencyworks.core.models import Comment
from competencyworks.core.prepared import Prepared

SHOWN = 4
# Only the newest comments are looked through for items that are still public, so that the cost
# of the page does not grow with the number of comments.
LOOKED_AT = 50
EXCERPT = 110  # characters


@dataclass(frozen=True)
class NewestComment:
    """One comment: who wrote it, under which title, and how it begins."""

    pk: int
    name: str
    title: str
    body: str
    created_at: datetime

    @property
    def path(self) -> str:
        return f"/comments/{self.pk}/"

    @property
    def excerpt(self) -> str:
        """The first words, as plain text."""
        return shorten(plain_text(self.body), EXCERPT)


def _newest(at) -> QuerySet:
    newest = Comment.objects.public().order_by("-created_at", "-pk").values("pk")[:LOOKED_AT]
    titles = []
    for model in discussed_kinds().values():
        public = model.objects.published(at).filter(pk=OuterRef("object_id")).order_by()
        kind = ContentType.objects.get_for_model(model).pk
        titles.append(When(content_type=kind, then=Subquery(public.values("title"))))
    return (
        Comment.objects.filter(pk__in=newest)
        .annotate(title=Case(*titles, output_field=CharField()))
        .exclude(title=None)
        .order_by("-created_at", "-pk")
        .values("pk", "name", "title", "body", "created_at")[:SHOWN]
    )


_NEWEST = Prepared(_newest)


def newest_comments() -> list[NewestComment]:
    """The newest public comments under public items, newest first. One query."""
    return [NewestComment(**row) for row in _NEWEST.rows()]
