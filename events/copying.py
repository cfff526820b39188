"""A copy of an event, as a draft: its words, people and questions; nobody's registration."""

from typing import Any

from django.db import transaction

from competencyworks.core import revisions

from .models import Event

# What belongs to one date alone, or to the life of the item.
NOT_COPIED = {
    "slug", "status", "publish_at", "unpublish_at", "canonical_url", "ordered_people",
    "topics", "states", "tags", "slides_url", "recording_url",
}  # fmt: skip


@transaction.atomic
def copy(event: Event, by=None, **changed: Any) -> Event:
    """
    A draft with what `event` says, its people, terms and questions, made by the user `by`.

    `changed` are columns that the copy has otherwise. Invitations are not copied: a code was given
    to somebody for one event.
    """
    made = Event(created_by=by)
    for name in Event.revision_fields:
        if name not in NOT_COPIED:
            setattr(made, name, getattr(event, name))
    for name, value in changed.items():
        setattr(made, name, value)
    made.save()
    for row in event.event_people.all():
        row.pk, row.event, row._state.adding = None, made, True
        row.save()
    for row in event.questions.filter(is_retired=False):
        row.pk, row.event, row._state.adding = None, made, True
        row.save()
    made.topics.set(event.topics.all())
    made.states.set(event.states.all())
    made.tags.set(event.tags.all())
    revisions.record(made, by, f"Copied from “{event}”"[:500])
    return made
