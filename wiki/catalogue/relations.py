"""The topics, states and tags of many resources at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from taggit.models import Tag, TaggedItem

from ..models import Resource


def set_one(item: Resource, values: dict[str, Any]) -> None:
    """Give `item` those of its topics, states and tags that `values` names, and no others."""
    for name in ("topics", "states", "tags"):
        if name in values:
            getattr(item, name).set(values[name])
    # What was prefetched says no more what there is.
    item._prefetched_objects_cache = {}


def add_all(items: Iterable[tuple[Resource, dict[str, Any]]]) -> None:
    """Give new items the topics, states and tags that their values name."""
    items = list(items)
    topics, states = Resource.topics.through, Resource.states.through
    topics.objects.bulk_create(
        topics(resource=item, topic_id=key)
        for item, values in items
        for key in values.get("topics", ())
    )
    states.objects.bulk_create(
        states(resource=item, state_id=key)
        for item, values in items
        for key in values.get("states", ())
    )
    tags = _tags(name for _, values in items for name in values.get("tags", ()))
    kind = ContentType.objects.get_for_model(Resource)
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=tag, content_type=kind, object_id=item.pk)
        for item, values in items
        for tag in dict.fromkeys(tags[name.casefold()] for name in values.get("tags", ()))
    )


def _tags(names: Iterable[str]) -> dict[str, Tag]:
    """The tags of these names by the names without case, made where there were none."""
    wanted = {name.casefold(): name for name in names}
    if not wanted:
        return {}
    found = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    for folded, name in sorted(wanted.items()):
        if folded not in found:
            found[folded] = Tag.objects.create(name=name)
    return found
