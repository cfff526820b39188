"""Posts beside an event, and events beside a post: the roof knows both, they know nothing of it."""

from datetime import datetime

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, When

from blog.models import Post
from competencyworks.core.prepared import Prepared
from events.models import Event

from . import listings
from .models import RecordedEvent, RelatedPost

SHOWN = 3


def _chosen(at: datetime, event: int) -> QuerySet:
    """The post that was made of the event (key), then those that staff chose, in their order."""
    chosen = RelatedPost.objects.filter(event=event).order_by()
    made = RecordedEvent.objects.filter(event=event)
    # United, not joined by OR, for which PostgreSQL would look through all posts.
    keys = chosen.values("post").union(made.values("post"))
    place = Subquery(chosen.filter(post=OuterRef("pk")).values("position"))
    rows = Post.objects.published(at).filter(pk__in=keys).annotate(place=place)
    return _brief(rows.order_by(F("place").asc(nulls_first=True), "-publish_at", "-pk"))


def _on_topics(at: datetime, topics: list[int]) -> QuerySet:
    return _brief(listings.on_topics(at, topics))[:SHOWN]


def _brief(rows: QuerySet) -> QuerySet:
    return rows.only("title", "path", "publish_at")


def _events(at: datetime, post: int) -> QuerySet:
    """
    The event that the post (key) was made of, those for which staff chose it, then those that share
    a topic with it; the next ones first, then the latest. Events are few, compared with posts.
    """
    here = {"event": OuterRef("pk")}
    topics = Post.topics.through.objects.filter(post=post).values("topic")
    rank = Case(
        When(Exists(RecordedEvent.objects.filter(post=post, **here)), then=0),
        When(Exists(RelatedPost.objects.filter(post=post, **here)), then=1),
        When(Exists(Event.topics.through.objects.filter(topic__in=topics, **here)), then=2),
        output_field=IntegerField(),
    )
    rows = Event.objects.published(at).filter(cancelled_at=None).nearest(at)
    rows = rows.annotate(rank=rank).exclude(rank=None)
    return rows.order_by("rank", *rows.query.order_by).lines()[:SHOWN]


CHOSEN = Prepared(_chosen)
ON_TOPICS = Prepared(_on_topics)
EVENTS = Prepared(_events)


def posts_beside(event: Event) -> list[Post]:
    """
    The published posts that staff chose for `event`; where they chose none, the newest that share
    a topic with it. Two queries at most.
    """
    topics = [topic["key"] for topic in event.topic_list]
    return CHOSEN.rows(event=event.pk) or (ON_TOPICS.rows(topics=topics) if topics else [])


def events_beside(post: Post) -> list[Event]:
    """The published events that belong to `post`, or share a topic with it. One query."""
    return EVENTS.rows(post=post.pk)
