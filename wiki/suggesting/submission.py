"""
Storing a suggestion: the act by which readers' proposals come in.

At most one comes of one form, however often and at once it is sent: the nonce in its token is
unique in the table. The same words from the same person make one within a day, also from two forms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.history.applying import as_stored
from competencyworks.core.mail import outbox
from competencyworks.core.models import Revision

from ..models import Resource, Suggestion, WikiPage
from . import defence, letters

Item = WikiPage | Resource
SAME_WITHIN = timedelta(days=1)


class NotTaken(ValueError):
    """A suggestion that could not be stored; the message is for its writer."""


@dataclass(frozen=True)
class Sending:
    """Who sends it from where (an IP address, '' is not told), and the number of their form."""

    nonce: str
    name: str
    email: str
    note: str
    address: str


def present_content(item: Item) -> dict:
    """What `item` holds, as a revision would."""
    return as_stored(revisions.content_of(item))


def submit_resource(values: dict[str, str], sending: Sending) -> Suggestion:
    """
    Store a proposed resource (`title`, `url`, `kind`, `summary`), and queue the mail that it has
    come. Returns it, or the one that the same form made before. Raises defence.Refused, NotTaken.
    """
    words = _words(sending, values["title"], values["summary"])
    same = Suggestion.objects.filter(revision=None, **values)
    return _once(sending, words, same, lambda: Suggestion(**values))


def submit_edit(item: Item, base: int, content: dict, written: str, sending: Sending) -> Suggestion:
    """
    Store what a reader would have `item` hold, who was shown its revision number `base` (0: it
    has no history yet, and gets one);
    `written` are their own words alone, to be judged. Returns and raises the same.
    """

    def made() -> Suggestion:
        kind = ContentType.objects.get_for_model(item)
        revision = Revision.objects.create(
            content_type=kind,
            object_id=item.pk,
            state=Revision.State.SUGGESTED,
            base=base or first_revision(item),
            credit=sending.name,
            content=content,
        )
        return Suggestion(content_type=kind, object_id=item.pk, revision=revision)

    same = Suggestion.objects.filter(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        revision__content=content,
    )
    return _once(sending, _words(sending, content["title"], written), same, made)


def first_revision(item: Item) -> int:
    """The number of the revision that holds what `item` held before it had a history."""
    made = revisions.record(item, None, "As it was.")
    return made.number if made else revisions.history(item).first().number


def stored_before(nonce: str) -> Suggestion | None:
    return Suggestion.objects.filter(nonce=nonce).first()


def _words(sending: Sending, *texts: str) -> defence.Words:
    return defence.Words(sending.name, sending.email, "\n\n".join([*texts, sending.note]))


def _once(
    sending: Sending,
    words: defence.Words,
    same: QuerySet[Suggestion],
    made: Callable[[], Suggestion],
) -> Suggestion:
    """What `made` makes; or what the same form made before, or the same person of `same`."""
    if found := stored_before(sending.nonce):
        return found
    try:
        with transaction.atomic():
            _wait_for_others(sending)
            if found := _sent_before(sending, same):
                return found
            suspicion = defence.check(words, sending.address)
            suggestion = made()
            suggestion.name, suggestion.email = sending.name, sending.email
            suggestion.note, suggestion.nonce = sending.note, sending.nonce
            suggestion.suspicion = suspicion
            suggestion.save()
            if suggestion.email and not suspicion and (mail := letters.received(suggestion)):
                outbox.queue([mail])
    except IntegrityError:
        # The same form was faster: then what it made has been committed by now.
        suggestion = stored_before(sending.nonce)
    if suggestion is None:
        raise NotTaken("Your suggestion could not be saved. Submit it again.")
    return suggestion


def _wait_for_others(sending: Sending) -> None:
    """Hold what this person sends until the transaction ends: the second finds the first."""
    name = f"suggestion {sending.email} {sending.name}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _sent_before(sending: Sending, same: QuerySet[Suggestion]) -> Suggestion | None:
    return same.filter(
        name=sending.name,
        email=sending.email,
        note=sending.note,
        status=Suggestion.Status.WAITING,
        created_at__gt=timezone.now() - SAME_WITHIN,
    ).first()
