"""
An event that is over becomes a draft post, with its recording and slides, and those who had a
seat get the mail afterwards. It can be done again: there is one post, and one mail for each.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from blog.models import Channel, Post
from competencyworks.core import revisions
from events import mailings, seats, times
from events.models import Event, EventPerson

from .models import RecordedEvent


class NotYet(ValueError):
    """Why no post can be made of an event; the message is for staff."""


@dataclass(frozen=True)
class Made:
    """The post of an event, whether it was made just now, and how many mails were queued."""

    post: Post
    is_new: bool
    mails: int


def why_not(event: Event) -> str | None:
    """Why no post can be made of `event` now, for staff; None if one can."""
    if event.is_cancelled:
        return "The event is canceled."
    if not event.is_over:
        return "The event is not over yet."
    if not event.recording_url:
        return "Add the link to the recording to the event first."
    return None


def post_of(event: Event) -> Post | None:
    """The post that was made of `event`."""
    row = RecordedEvent.objects.filter(event=event).select_related("post").first()
    return row and row.post


@transaction.atomic
def make_post(event: Event, channel: Channel, whom: str = "", by=None) -> Made:
    """
    Make the draft of a post about `event` in `channel`, unless there is one, and queue the mail
    afterwards for `whom` (an audience of events.mailings; "": nobody). Raises NotYet.
    """
    event = seats.locked(event.pk)  # of two clicks the second finds the post of the first
    if reason := why_not(event):
        raise NotYet(reason)
    post = post_of(event)
    is_new = post is None
    if is_new:
        post = _draft(event, channel, by)
        RecordedEvent.objects.create(event=event, post=post)
    return Made(post, is_new, mailings.follow_up(event, whom) if whom else 0)


def _draft(event: Event, channel: Channel, by) -> Post:
    post = Post.objects.create(
        channel=channel,
        title=event.title,
        body=_body(event),
        excerpt=event.excerpt,
        picture=event.picture,
        created_by=by,
    )
    presenters = event.event_people.filter(part=EventPerson.Part.PRESENTER)
    for position, row in enumerate(presenters):
        post.post_authors.create(person_id=row.person_id, position=position)
    post.topics.set(event.topics.all())
    post.states.set(event.states.all())
    post.tags.set(event.tags.names())
    revisions.record(post, by, f"Created from the event “{event}”"[:500])
    return post


def _body(event: Event) -> SafeString:
    """Summary, presenters, recording (an address alone becomes a link to watch), slides."""
    parts = [mark_safe(event.lead)]  # noqa: S308 - a lead is clean HTML
    rows = event.event_people.filter(part=EventPerson.Part.PRESENTER).select_related("person")
    if rows:
        lines = format_html_join("", "<li>{}</li>", ((_presented(row),) for row in rows))
        parts.append(format_html("<h2>Presenters</h2><ul>{}</ul>", lines))
    parts.append(format_html("<h2>Recording</h2><p>{}</p>", event.recording_url))
    if event.slides_url:
        parts.append(format_html('<p><a href="{}">Slides</a></p>', event.slides_url))
    parts.append(
        format_html(
            '<p>This {} took place on {}. <a href="{}">See its page.</a></p>',
            event.get_kind_display().lower(),
            times.when(event),
            event.path,
        )
    )
    return format_html_join("\n", "{}", ((part,) for part in parts if part))


def _presented(row: EventPerson) -> str:
    said = (row.person.name, row.role or row.person.role)
    place = row.organization or row.person.organization
    return ", ".join(part for part in (*said, place) if part)
