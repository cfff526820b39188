"""Which posts a member of staff may work on."""

from django.contrib.auth.models import AbstractUser
from django.db.models import Q

from .models import PostQuerySet

PUBLISH = "blog.publish_post"


def posts_of(user: AbstractUser, rows: PostQuerySet) -> PostQuerySet:
    """Of `rows`: all for editors; for authors those they made or are named on."""
    if user.has_perm(PUBLISH):
        return rows
    named = rows.model.authors.through.objects.filter(person__user=user).values("post")
    return rows.filter(Q(created_by=user) | Q(pk__in=named))
