"""Tags and topics are retired, brought back, renamed, and deleted where nothing uses them."""

from django.contrib.admin.models import CHANGE, DELETION
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from taggit.models import Tag

from ..addresses import OldAddress, lead, normalize, remember
from ..models import FormerTag, Topic
from ..one_line import clean_line
from .acts import CannotChange, locked, log, replace, wait_for_turn
from .bearing import change_ahead, change_all, is_used, keep_first
from .merging import note_former
from .tag_names import same_name

INDEX = "/topics/"


@transaction.atomic
def retire_tag(key: int, by=None) -> int:
    """
    Take the tag `key` from everything that bears it, and delete it; its address leads to the list
    of topics. Histories still hold its name. Returns how many items were changed. Raises
    CannotChange if it is gone.
    """
    tag = _the_one(Tag, key)
    count = _take_away(Tag, tag, by)
    lead(tag.get_absolute_url(), INDEX)
    kind = ContentType.objects.get_for_model(Tag)
    was = OldAddress.objects.filter(content_type=kind, object_id=key)
    was.update(to=INDEX, content_type=None, object_id=None)
    note_former([tag], None)
    log(by, tag, DELETION, f"Retired; {count:,} items no longer use it.")
    FormerTag.objects.filter(tag=tag).update(tag=None)
    change_ahead("tags", {tag.name: None})
    tag.delete()
    return count


@transaction.atomic
def retire_topic(key: int, by=None) -> int:
    """
    Take the topic `key` from everything that is on it, and show it no more. Topics below it come to
    stand below its parent, where its address leads as well; without a parent, to the list of
    topics. Returns how many items were changed. Raises CannotChange if it is out of use already.
    """
    topic = _the_one(Topic, key)
    count = _take_away(Topic, topic, by)
    topic.children.update(parent=topic.parent)
    if topic.parent is None:
        lead(topic.get_absolute_url(), INDEX)
    else:
        remember(topic.get_absolute_url(), topic.parent)
    Topic.objects.filter(pk=topic.pk).update(retired_at=timezone.now())
    log(by, topic, CHANGE, f"Retired; {count:,} items no longer use it.")
    change_ahead("topics", {key: None})
    return count


@transaction.atomic
def bring_back(key: int, by=None) -> None:
    """
    Offer a retired topic again, at its address. Items are put on it anew, by hand or from their
    histories. Raises CannotChange for one that was merged, or is not retired.
    """
    wait_for_turn()
    topic = locked(Topic, [key]).get(key)
    if topic is None or topic.retired_at is None:
        raise CannotChange("This topic is not retired.")
    if topic.merged_into_id:
        raise CannotChange(
            f"“{topic}” was merged into “{topic.merged_into},” which cannot be undone."
        )
    if topic.parent and topic.parent.retired_at:
        topic.parent = None
    topic.retired_at = None
    topic.save()
    OldAddress.objects.filter(path=normalize(topic.get_absolute_url())).delete()
    log(by, topic, CHANGE, "Restored.")


@transaction.atomic
def delete_unused(model: type[models.Model], key: int) -> None:
    """Delete the tag or topic `key`. Raises CannotChange for what is in use."""
    wait_for_turn()
    item = locked(model, [key], against_new_uses=True).get(key)
    if item is None:
        raise CannotChange(f"This {model._meta.verbose_name} has already been deleted.")
    if why := why_kept(item):
        raise CannotChange(why)
    item.delete()


def why_kept(item: models.Model) -> str:
    """Why a tag or topic cannot be deleted; '' if it can."""
    if is_used(type(item), item.pk):
        return (
            f"“{item}” is in use. Merge it into another one or retire it, so that its address "
            "still works."
        )
    if isinstance(item, Topic):
        if item.retired_at:
            return (
                f"“{item}” is already retired. It is kept because it is named in the history of "
                "items."
            )
        if item.children.exists():
            return f"“{item}” has subtopics. Move them first, or merge or retire it."
        if item.merged.exists():
            return f"Other topics were merged into “{item}”. Merge it or retire it instead."
    return ""


@transaction.atomic
def rename_tag(key: int, name: str, slug: str, by=None) -> int:
    """
    Give the tag `key` another name or slug. Everything that bears it keeps a revision, the old name
    in histories stands for it, the old address leads to it. Returns how many items were changed.
    Raises CannotChange if it is gone, or another tag has the name, whatever the case.
    """
    tag = _the_one(Tag, key)
    name = clean_line(name)
    if same_name(name).exclude(pk=key).exists():
        raise CannotChange(f"There is already a tag “{name}.”")
    before, address, count = tag.name, tag.get_absolute_url(), 0
    if name != before:
        keep_first(Tag, [key])
        FormerTag.objects.filter(name__iexact=name).delete()
        if name.lower() != before.lower():
            note_former([tag], tag)
    tag.name, tag.slug = name, slug
    tag.save()
    if name != before:
        count = change_all(Tag, [key], by, f"Tag “{before}” renamed to “{name}”")
    if tag.get_absolute_url() != address:
        remember(address, tag)
    if name != before:
        change_ahead("tags", {before: name})
    return count


def _the_one(model: type[models.Model], key: int) -> models.Model:
    wait_for_turn()
    item = locked(model, [key]).get(key)
    if item is None or getattr(item, "retired_at", None):
        raise CannotChange(
            f"This {model._meta.verbose_name} is no longer available: it was merged, retired, or "
            "deleted in the meantime. Nothing was changed."
        )
    return item


def _take_away(model: type[models.Model], item: models.Model, by) -> int:
    reason = f"{model._meta.verbose_name.capitalize()} “{item}” retired"
    return replace(model, [item.pk], None, by, reason)
