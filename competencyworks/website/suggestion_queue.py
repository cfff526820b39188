"""What readers suggest to the wiki and nobody has decided, as the admin's front page shows it."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser

from competencyworks.core import policy
from wiki.models import Suggestion
from wiki.suggesting.items import with_items

SHOWN = 5
MOST = 1000  # nobody needs to know how many more there are


@dataclass(frozen=True)
class SuggestionQueue:
    """How many wait, and the newest."""

    count: int
    newest: list[Suggestion]

    @property
    def count_text(self) -> str:
        return f"{MOST:,}+" if self.count > MOST else f"{self.count:,}"


def suggestion_queue(user: AbstractUser) -> SuggestionQueue | None:
    """What `user` may decide; None for those who may not. At most four queries."""
    if not policy.may(user, "change", Suggestion):
        return None
    rows = Suggestion.objects.waiting()
    newest = rows.order_by("-created_at", "-pk").prefetch_related(with_items())
    return SuggestionQueue(rows.order_by()[: MOST + 1].count(), list(newest[:SHOWN]))
