"""What stands under a topic, a tag, a state or a person: published posts, papers and events."""

from datetime import datetime

from django.db.models import QuerySet
from taggit.models import TaggedItem

from blog.models import Paper, Post, PostQuerySet
from events.models import Event

PAPERS_SHOWN = 50
EVENTS_SHOWN = 4


def on_topics(at: datetime, topics: list[int]) -> PostQuerySet:
    """The posts on one of the topics (keys)."""
    on = Post.topics.through.objects.filter(topic__in=topics).values("post")
    return Post.objects.published(at).filter(pk__in=on).newest()


def tagged(at: datetime, tag: int, kind: int) -> PostQuerySet:
    """The posts that bear the tag (key); `kind` is the key of their content type."""
    bearing = TaggedItem.objects.filter(tag=tag, content_type=kind).values("object_id")
    return Post.objects.published(at).filter(pk__in=bearing).newest()


def in_state(at: datetime, state: int) -> PostQuerySet:
    """The posts about the state (key)."""
    about = Post.states.through.objects.filter(state=state).values("post")
    return Post.objects.published(at).filter(pk__in=about).newest()


def written_by(at: datetime, person: int) -> PostQuerySet:
    """The posts of the person (key)."""
    written = Post.authors.through.objects.filter(person=person).values("post")
    return Post.objects.published(at).filter(pk__in=written).newest()


def papers(at: datetime, **terms) -> QuerySet:
    """The papers that fit `terms`, as the head of a list shows them."""
    fitting = Paper.objects.filter(**terms).values("pk")
    return Paper.objects.published(at).filter(pk__in=fitting).newest().listed()[:PAPERS_SHOWN]


def events(at: datetime, **terms) -> QuerySet:
    """The events that fit `terms`, as the head of a list shows them: the next ones, the latest."""
    fitting = Event.objects.filter(**terms).values("pk")
    return Event.objects.published(at).filter(pk__in=fitting).nearest(at).lines()[:EVENTS_SHOWN]


def next_events(at: datetime) -> QuerySet:
    """The events to come that are not called off, the next one first."""
    rows = Event.objects.published(at).filter(cancelled_at=None)
    return rows.upcoming(at).lines()[:EVENTS_SHOWN]
