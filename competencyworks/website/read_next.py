"""
What a post leads on to at its end: where it stands among its neighbors, and what else there is to
read or watch on its topics.

A part of a series leads to its next part, and to nothing else. Every other post leads to two posts
on its topics (or, where there are too few, in its blog), one resource of the wiki and one recording
of an event. The roof knows all these rooms; they know nothing of each other.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from blog.models import Post
from blog.series import Place
from competencyworks.core.prepared import Prepared, asked_together
from events.models import Event
from wiki.models import Resource

from . import listings, related
from .models import RecordedEvent, RelatedPost

POSTS = 2


@dataclass(frozen=True)
class Step:
    """One thing to go on with. `kind` is said of what is no post: 'Report', 'Recording'."""

    title: str
    path: str
    kind: str = ""
    said: str = ""  # publisher and year of a resource
    day: datetime | None = None


@dataclass
class ReadNext:
    """What stands at the end of a post."""

    previous: Step | None = None  # the post before it, in time
    next: Step | None = None
    steps: list[Step] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def _posts(rows: QuerySet) -> QuerySet:
    return rows.values("id", "title", "path", "publish_at")


def _line_of(rows: QuerySet, channel: str | None) -> QuerySet:
    """The posts among which a post has neighbors: digests, or those of its channel."""
    if channel is None:
        return rows.filter(form=Post.Form.DIGEST)
    return rows.filter(channel=channel)


def _before(at, moment, post, channel=None) -> QuerySet:
    rows = _line_of(Post.objects.published(at), channel).filter(publish_at__lte=moment)
    return _posts(rows.exclude(publish_at=moment, pk__gte=post).newest())[:1]


def _after(at, moment, post, channel=None) -> QuerySet:
    rows = _line_of(Post.objects.published(at), channel).filter(publish_at__gte=moment)
    rows = rows.exclude(publish_at=moment, pk__lte=post)
    return _posts(rows.order_by("publish_at", "pk"))[:1]


def _on_topics(at, topics, post) -> QuerySet:
    return _posts(listings.on_topics(at, topics).exclude(pk=post))[:POSTS]


def _in_channel(at, channel, post) -> QuerySet:
    """More than are shown, as some may stand beside the post or be on its topics."""
    rows = Post.objects.published(at).filter(channel=channel).exclude(pk=post)
    return _posts(rows.newest())[: 2 * POSTS]


def _resource(at, topics) -> QuerySet:
    on = Resource.topics.through.objects.filter(topic__in=topics).values("resource")
    rows = Resource.objects.published(at).filter(pk__in=on).newest()
    return rows.values("title", "path", "kind", "publisher", "year")[:1]


def _recording(at, topics, post) -> QuerySet:
    """The latest on the topics; what belongs to the post itself stands under related events."""
    on = Event.topics.through.objects.filter(topic__in=topics).values("event")
    rows = Event.objects.published(at).filter(pk__in=on, cancelled_at=None).past(at)
    for of_post in (RecordedEvent, RelatedPost):
        rows = rows.exclude(pk__in=of_post.objects.filter(post=post).values("event"))
    return rows.exclude(recording_url="").values("id", "title", "path", "starts_at")[:1]


BEFORE_IN_CHANNEL, AFTER_IN_CHANNEL = Prepared(_before), Prepared(_after)
BEFORE_DIGEST, AFTER_DIGEST = Prepared(_before), Prepared(_after)
ON_TOPICS, IN_CHANNEL = Prepared(_on_topics), Prepared(_in_channel)
RESOURCE, RECORDING = Prepared(_resource), Prepared(_recording)


def read_next(post: Post, place: Place | None) -> ReadNext:
    """
    What `post` (from PostQuerySet.whole()), at `place` in its series, leads on to. Two queries at
    most.
    """
    events = related.events_beside(post)
    if place and place.next:
        return ReadNext(events=events)
    found = asked_together(_questions(post, place))
    recording = next(iter(found.get("recording", ())), None)
    if recording:
        events = [event for event in events if event.pk != recording["id"]]
    steps = [_post(row) for row in _different(found)]
    steps += [_of_resource(row) for row in found.get("resource", ())]
    if recording:
        steps.append(
            Step(
                recording["title"], recording["path"], "Recording", day=_day(recording["starts_at"])
            )
        )
    before, after = found.get("before"), found.get("after")
    return ReadNext(
        previous=_post(before[0]) if before else None,
        next=_post(after[0]) if after else None,
        steps=steps,
        events=events,
    )


def _questions(post: Post, place: Place | None) -> dict:
    key, channel = post.pk, post.channel_id
    asked = {"in_channel": IN_CHANNEL.statement(channel=channel, post=key)}
    if topics := [topic["key"] for topic in post.topic_list]:
        asked |= {
            "on_topics": ON_TOPICS.statement(topics=topics, post=key),
            "resource": RESOURCE.statement(topics=topics),
            "recording": RECORDING.statement(topics=topics, post=key),
        }
    if place is None:  # the parts of a series have neighbors of their own
        here = {"moment": post.publish_at or timezone.now(), "post": key}
        if post.is_digest:
            asked["before"] = BEFORE_DIGEST.statement(**here)
            asked["after"] = AFTER_DIGEST.statement(**here)
        else:
            asked["before"] = BEFORE_IN_CHANNEL.statement(channel=channel, **here)
            asked["after"] = AFTER_IN_CHANNEL.statement(channel=channel, **here)
    return asked


def _different(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The posts to read next: on the topics, then of the channel; not those that stand beside."""
    beside = {row["id"] for name in ("before", "after") for row in found.get(name, ())}
    rows = {row["id"]: row for row in found.get("on_topics", ())}
    for row in found["in_channel"]:
        if row["id"] not in beside:
            rows.setdefault(row["id"], row)
    return list(rows.values())[:POSTS]


def _post(row: dict[str, Any]) -> Step:
    return Step(row["title"], row["path"], day=_day(row["publish_at"]))


def _of_resource(row: dict[str, Any]) -> Step:
    said = ", ".join(str(each) for each in (row["publisher"], row["year"]) if each)
    return Step(row["title"], row["path"], str(Resource.Kind(row["kind"]).label), said)


def _day(text: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(text))
