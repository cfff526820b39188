"""Several tags, or topics, become one, to which the addresses of the others lead."""

from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, DELETION
from django.db import models, transaction
from django.utils import timezone
from taggit.models import Tag

from ..addresses import remember
from ..models import FormerTag, Topic
from .acts import CannotChange, locked, log, names, point_elsewhere, replace, wait_for_turn
from .bearing import change_ahead


@transaction.atomic
def merge_tags(kept: int, dropped: Iterable[int], by=None) -> int:
    """
    Let what bears any of the tags `dropped` (keys) bear `kept`; then they are deleted.

    Every item keeps a revision, their names in histories stand for `kept` from now on (FormerTag),
    their addresses lead to it. Returns how many items were changed. Raises CannotChange, with
    nothing changed, where one of the tags is gone or there is nothing to merge.
    """
    keep, others = _sorted_out(Tag, kept, dropped)
    reason = _reason("Tag", others, keep)
    former = [tag for tag in others if tag.name.lower() != keep.name.lower()]
    FormerTag.objects.filter(tag__in=others).update(tag=keep)
    note_former(former, keep)
    keys = [tag.pk for tag in others]
    count = replace(Tag, keys, keep.pk, by, reason)
    addresses = [tag.get_absolute_url() for tag in others]
    _finish(Tag, others, keep, addresses, count, by)
    change_ahead("tags", {tag.name: keep.name for tag in others})
    Tag.objects.filter(pk__in=keys).delete()
    return count


@transaction.atomic
def merge_topics(kept: int, dropped: Iterable[int], by=None) -> int:
    """
    Let what is on any of the topics `dropped` (keys) be on `kept`, and put below it what stands
    below them; then they are retired. All else as merge_tags().

    Raises CannotChange also where `kept` stands below one of them.
    """
    keep, others = _sorted_out(Topic, kept, dropped)
    keys = [topic.pk for topic in others]
    if why := why_not_topics(keep, keys):
        raise CannotChange(why)
    count = replace(Topic, keys, keep.pk, by, _reason("Topic", others, keep))
    _finish(Topic, others, keep, [topic.get_absolute_url() for topic in others], count, by)
    Topic.objects.filter(parent__in=keys).update(parent=keep)
    Topic.objects.filter(merged_into__in=keys).update(merged_into=keep)
    Topic.objects.filter(pk__in=keys).update(
        retired_at=timezone.now(), merged_into=keep, parent=None
    )
    change_ahead("topics", dict.fromkeys(keys, keep.pk))
    return count


def why_not_topics(keep: Topic, dropped: Iterable[int]) -> str:
    """Why the topics `dropped` (keys) cannot become `keep`; empty where they can."""
    above, keys = keep.parent, set(dropped)
    while above is not None:
        if above.pk in keys:
            return (
                f"“{keep}” stands below “{above}”. Merge “{keep}” into “{above}” instead, or give "
                f"“{keep}” another parent first."
            )
        above = above.parent
    return ""


def _sorted_out(
    model: type[models.Model], kept: int, dropped: Iterable[int]
) -> tuple[models.Model, list[models.Model]]:
    """What is kept, and what is dropped, locked. Raises CannotChange."""
    wait_for_turn()
    wanted = set(dropped) - {kept}
    noun = model._meta.verbose_name
    if not wanted:
        raise CannotChange(f"Choose at least one other {noun} to merge.")
    rows = locked(model, {kept, *wanted})
    rows = {key: row for key, row in rows.items() if not getattr(row, "retired_at", None)}
    if kept not in rows:
        raise CannotChange(
            f"The {noun} to keep is no longer available: it was merged, retired, or deleted in "
            "the meantime. Nothing was changed."
        )
    if gone := len(wanted - rows.keys()):
        what = f"One of the {noun}s is" if gone == 1 else f"{gone} of the {noun}s are"
        raise CannotChange(
            f"{what} no longer available: merged, retired, or deleted in the meantime. Nothing "
            "was changed."
        )
    return rows.pop(kept), list(rows.values())


def _finish(model, others, keep, addresses: list[str], count: int, by) -> None:
    """Have what points at `others`, which are to go, point at `keep`; note it in the log."""
    point_elsewhere(model, [each.pk for each in others], keep.pk)
    for address in addresses:
        remember(address, keep)
    changed = "1 item" if count == 1 else f"{count:,} items"
    log(by, keep, CHANGE, f"Merged {names(others)} into it; {changed} changed.")
    for each in others:
        log(by, each, DELETION, f"Merged into “{keep}”.")


def _reason(noun: str, others: list[models.Model], keep: models.Model) -> str:
    return f"{noun if len(others) == 1 else f'{noun}s'} {names(others)} merged into “{keep}”"


def note_former(tags: Iterable[Tag], now: Tag | None) -> None:
    """Note that the names of `tags` stand for `now`; for None: that they were retired."""
    for tag in tags:
        FormerTag.objects.filter(name__iexact=tag.name).delete()
        FormerTag.objects.create(name=tag.name, tag=now)
