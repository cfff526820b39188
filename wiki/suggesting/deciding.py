"""
What becomes of a suggestion: accepted (as it is or as a curator changed it), or declined with a
reason. Each is one act; the reader's mail is part of it.

Rows are locked in one order: the suggestion, then what a rename locks (pages.renaming), then the
item.
"""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.discussion.marks import to_html
from competencyworks.core.history.applying import as_stored
from competencyworks.core.mail import outbox
from competencyworks.core.models import Comment, Revision

from .. import wikilinks
from ..models import Resource, Suggestion, WikiPage
from ..pages import renaming
from ..titles import title_key
from . import letters

Status = Suggestion.Status
# What readers can change of a page or resource.
FIELDS = ("title", "body", "why", "url")
OF_A_RESOURCE = ("title", "url", "kind", "body", "why")
ACCEPTED_EDIT = "Suggested by a reader"


class CannotDecide(ValueError):
    """A decision that cannot be made; the message says why, for curators. Nothing was changed."""


class AlreadyDecided(CannotDecide):
    """Somebody has decided before."""


class ChangedMeanwhile(CannotDecide):
    """The item is no longer what the curator saw."""


class Conflicting(CannotDecide):
    """The item changed at the same places since the reader saw it; `merged` tells where."""

    def __init__(self, merged: revisions.Merged) -> None:
        super().__init__(
            "The page has changed in the same places since the reader saw it. Compare both "
            "versions, and decide what the text should say."
        )
        self.merged = merged


def item_of(suggestion: Suggestion) -> WikiPage | Resource | None:
    """The item of an edit, whatever its state; None if it is in the trash."""
    item = suggestion.item
    return item if item is not None and item.trashed_at is None else None


def merged_of(suggestion: Suggestion, item: WikiPage | Resource) -> revisions.Merged:
    """What the reader changed, on what `item` holds now."""
    base = revisions.history(item).filter(number=suggestion.revision.base).first()
    present = as_stored(revisions.content_of(item))
    mine = suggestion.revision.content
    theirs = {name: present[name] for name in FIELDS if name in present}
    before = base.content if base else present
    return revisions.merge(
        {name: before[name] for name in theirs if name in before},
        {name: mine.get(name, value) for name, value in theirs.items()},
        theirs,
    )


def last_number(item: WikiPage | Resource) -> int:
    """The number of the latest revision of `item`; 0 if it has none."""
    return revisions.history(item).values_list("number", flat=True).first() or 0


@transaction.atomic
def accept_edit(
    suggestion: Suggestion,
    by,
    content: dict | None = None,
    answer: str = "",
    *,
    seen: int | None = None,
    reason: str = "",
) -> Revision:
    """
    Give the item what the reader suggests, or `content` (of FIELDS) as the curator changed it.

    `seen` is the number of the item's revision that the curator had before their eyes. Returns the
    new revision, which names the reader. Raises AlreadyDecided, ChangedMeanwhile, Conflicting
    (without `content` only), or CannotDecide where the item cannot hold it.
    """
    stored = _waiting(suggestion)
    item = item_of(stored)
    if item is None:
        raise CannotDecide("The page is in the trash. Restore it, or decline the suggestion.")
    if seen is not None and last_number(item) != seen:
        raise ChangedMeanwhile(
            "Someone changed the page while you were reviewing it. Review the differences again."
        )
    wanted = dict(content) if content is not None else _merged_or_conflict(stored, item)
    reason = reason or ACCEPTED_EDIT
    before = last_number(item)
    if isinstance(item, WikiPage) and wanted["title"] != item.title:
        _rename(item, wanted, by, reason)
        before += 1
    item = type(item)._base_manager.select_for_update().get(pk=item.pk)
    if last_number(item) != before:
        raise ChangedMeanwhile("Someone changed the page just now. Review it again.")
    became = _applied(item, wanted, by, reason, stored.name)
    Revision.objects.filter(pk=stored.revision_id).update(state=Revision.State.ACCEPTED)
    _decide(stored, suggestion, Status.ACCEPTED, by, answer, became)
    return became


def _merged_or_conflict(stored: Suggestion, item) -> dict:
    merged = merged_of(stored, item)
    if merged.conflicts:
        raise Conflicting(merged)
    return merged.content


def _rename(page: WikiPage, wanted: dict, by, reason: str) -> None:
    """Give `page` the wanted title, and let the wanted text lead to it."""
    old_key = title_key(page.title)
    try:
        renaming.rename(page, wanted["title"], by=by, reason=reason)
    except renaming.CannotRename as error:
        raise CannotDecide(str(error)) from error
    wanted["body"] = wikilinks.renamed(wanted["body"], [old_key], wanted["title"])


def _applied(item, wanted: dict, by, reason: str, credit: str) -> Revision:
    """The new revision of the locked `item` with what is `wanted`."""
    try:
        left_out = revisions.apply(item, wanted, only=FIELDS)
    except revisions.CannotApply as error:
        raise CannotDecide(str(error)) from error
    if left_out:
        raise CannotDecide(" ".join(left_out))
    became = revisions.record(item, by, reason, credit)
    if became is None:
        became = revisions.history(item).first()
        if became is None or became.author != by or became.reason != reason:
            raise CannotDecide("The page already says this. Decline the suggestion, and say so.")
        became.credit = credit  # a new title alone: the rename has recorded it
        became.save(update_fields=["credit"])
    return became


@transaction.atomic
def accept_resource(
    suggestion: Suggestion,
    by,
    values: dict[str, str] | None = None,
    answer: str = "",
    *,
    publish: bool = False,
) -> Resource:
    """
    Make a resource of what the reader suggests, or of `values` (OF_A_RESOURCE, `body` as HTML) as
    the curator changed it: public at once, or a draft to be gone on with. Raises AlreadyDecided,
    or CannotDecide for values that it cannot have.
    """
    stored = _waiting(suggestion)
    values = values or first_values(stored)
    resource = Resource(**values, credit=stored.name, created_by=by)
    if publish:
        resource.status = Resource.Status.PUBLISHED
    others = {field.name for field in Resource._meta.concrete_fields} - set(values)
    try:
        resource.full_clean(exclude=others)
    except ValidationError as error:
        raise CannotDecide(" ".join(error.messages)) from error
    resource.save()
    became = revisions.record(resource, by, ACCEPTED_EDIT, stored.name)
    stored.content_type = ContentType.objects.get_for_model(Resource)
    stored.object_id = resource.pk
    _decide(stored, suggestion, Status.ACCEPTED, by, answer, became)
    if stored.comment_id:
        Comment.objects.filter(pk=stored.comment_id).update(is_taken_up=True)
    return resource


def first_values(suggestion: Suggestion) -> dict[str, str]:
    """The values of a resource that a suggestion gives by itself."""
    return {
        "title": suggestion.title,
        "url": suggestion.url,
        "kind": suggestion.kind or Resource.Kind.REPORT,
        "body": to_html(suggestion.summary),
        "why": "",
    }


@transaction.atomic
def decline(suggestion: Suggestion, by, answer: str) -> None:
    """
    Leave everything as it is, and tell the reader why. Raises AlreadyDecided, or CannotDecide
    without a reason.
    """
    if not answer.strip():
        raise CannotDecide("Give the reason in a sentence. It is emailed to the reader.")
    stored = _waiting(suggestion)
    if stored.revision_id:
        Revision.objects.filter(pk=stored.revision_id).update(state=Revision.State.DECLINED)
    _decide(stored, suggestion, Status.DECLINED, by, answer)


def put_aside(suggestions: Iterable[Suggestion], by) -> int:
    """Take waiting suggestions for spam: they go without a mail. Returns how many."""
    rows = Suggestion.objects.waiting().filter(pk__in=[row.pk for row in suggestions])
    return rows.update(suspicion=f"Set aside by {by}.")


def take_back(suggestions: Iterable[Suggestion]) -> int:
    """Let what looked like spam wait among the others. Returns how many."""
    rows = Suggestion.objects.filter(status=Status.WAITING).exclude(suspicion="")
    return rows.filter(pk__in=[row.pk for row in suggestions]).update(suspicion="")


def _waiting(suggestion: Suggestion) -> Suggestion:
    """The stored suggestion, locked. Raises AlreadyDecided."""
    rows = Suggestion.objects.select_for_update(of=("self",))
    stored = rows.select_related("revision", "decided_by").get(pk=suggestion.pk)
    if stored.status != Status.WAITING:
        who = stored.decided_by or "Someone"
        raise AlreadyDecided(
            f"{who} has already decided: it is {stored.get_status_display().lower()}."
        )
    return stored


def _decide(
    stored: Suggestion, suggestion: Suggestion, status: str, by, answer: str,
    became: Revision | None = None,
) -> None:  # fmt: skip
    stored.status, stored.decided_at, stored.decided_by = status, timezone.now(), by
    stored.answer, stored.became = answer.strip(), became
    if status == Status.DECLINED and stored.suspicion:
        # Robots give addresses of others, who asked for nothing.
        stored.told_at = stored.decided_at
    stored.suspicion = ""
    stored.save()
    if stored.told_at is None:
        tell(stored)
    suggestion.__dict__.update(stored.__dict__)


def tell(suggestion: Suggestion) -> None:
    """
    Queue the mail about the decision on `suggestion`, whose row is locked; of a resource that is
    still a draft, once it is public (see upkeep.tell_of_published).
    """
    item = suggestion.item
    if suggestion.status == Status.ACCEPTED and not (item and item.is_public):
        return
    if suggestion.email:
        outbox.queue([letters.decided(suggestion)])
    suggestion.told_at = timezone.now()
    suggestion.save(update_fields=["told_at"])
