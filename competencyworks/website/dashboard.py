"""What waits for a member of staff: the front page of the admin."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from blog.models import Post
from competencyworks.core import policy
from competencyworks.core.background.sweeps import last_seen
from competencyworks.core.publishing import Publishable

SHOWN = 8
AWAY_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Waiting:
    """One list of the front page; `url` shows the whole of it."""

    title: str
    items: list[Publishable]
    url: str
    empty: str


def worker_is_away() -> bool:
    """Whether no worker has been seen for so long that somebody should look."""
    seen = last_seen()
    return seen is None or seen < timezone.now() - AWAY_AFTER


def waiting(user: AbstractUser) -> list[Waiting]:
    """The lists for `user`, of what they may change, each at most SHOWN long. Three queries."""
    if not policy.may(user, "change", Post):
        return []
    posts = policy.rows(user, "view", Post.objects.kept()).light().order_by("-updated_at")
    lists = "/admin/blog/post/?stage="
    scheduled = posts.filter(status="published", publish_at__gt=timezone.now())
    return [
        Waiting(
            "Awaiting review",
            list(posts.filter(status="review")[:SHOWN]),
            f"{lists}review",
            "Nothing is awaiting review.",
        ),
        Waiting(
            "Scheduled",
            list(scheduled.order_by("publish_at")[:SHOWN]),
            f"{lists}scheduled",
            "Nothing is scheduled.",
        ),
        Waiting(
            "Drafts",
            list(posts.filter(status="draft")[:SHOWN]),
            f"{lists}draft",
            "There are no drafts.",
        ),
    ]
