"""What sections, which do not know each other, show of each other beside an item."""

from datetime import datetime

from django import template
from django.db.models import IntegerField, QuerySet, Value

from blog.models import Post
from competencyworks.core.prepared import Prepared
from competencyworks.website.models import RecordedEvent
from events.models import Event

SHOWN = 4

register = template.Library()


def _posts(at: datetime, event) -> QuerySet:
    """The post that was made of the event, then the newest on its topics."""
    recorded = RecordedEvent.objects.filter(event=event).values("post")
    topics = Event.topics.through.objects.filter(event=event).values("topic")
    on_topics = Post.topics.through.objects.filter(topic__in=topics).values("post")
    parts = [
        Post.objects.published(at)
        .filter(pk__in=keys)
        .newest()
        .annotate(place=Value(place, IntegerField()))
        .values_list("place", "pk", "title", "path", "publish_at")[: SHOWN + 1]
        for place, keys in enumerate((recorded, on_topics))
    ]
    return parts[0].union(parts[1], all=True).order_by("place", "-publish_at", "-pk")


POSTS = Prepared(_posts)


@register.inclusion_tag("website/related_posts.html")
def related_posts(event: Event) -> dict:
    """Posts that go with an event, SHOWN at most, each once. One query."""
    rows = {pk: row for _, pk, *row in reversed(POSTS.rows(event=event.pk))}
    posts = list(reversed(rows.values()))[:SHOWN]
    return {"posts": posts}
