"""
The items that bear tags or topics: which they are, and changing them many at a time.

Which kinds there are is read from the models, so that core need not know the sections.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from taggit.models import Tag, TaggedItem

from .. import revisions
from ..models import Revision, Topic
from ..publishing import Publishable

BATCH = 200  # items that are in memory at one time
SHOWN = 100
# What no revision holds, and may be long.
UNREAD = ("html", "lead", "contents", "attached_text", "vector")
# What is kept for later: it shall not bring back what was merged.
AHEAD = (Revision.State.WORKING, Revision.State.SUGGESTED)


@dataclass(frozen=True)
class Bond:
    """A table that says which items of one kind bear which tags or topics."""

    kind: type[models.Model] | None  # None: the kind is no more, its rows are still there
    rows: models.QuerySet
    item: str  # the column with the key of the item
    term: str  # the column with the key of the tag or topic
    others: dict[str, Any] = field(default_factory=dict)  # what a new row holds besides

    def bearing(self, keys: Iterable[int]) -> models.QuerySet:
        """The rows of those that bear any of the tags or topics `keys`."""
        return self.rows.filter(**{f"{self.term}__in": list(keys)})

    def items(self, keys: Iterable[int]) -> list[int]:
        """The keys of the items that bear any of `keys`, in their order."""
        rows = self.bearing(keys).order_by(self.item).values_list(self.item, flat=True)
        return list(rows.distinct())

    def replace(self, items: list[int], dropped: list[int], kept: int | None) -> None:
        """Let `items`, which bear any of `dropped`, bear `kept` in their place; None: nothing."""
        rows = self.rows.filter(**{f"{self.item}__in": items})
        if kept is not None:
            have = set(rows.filter(**{self.term: kept}).values_list(self.item, flat=True))
            self.rows.model._base_manager.bulk_create(
                [
                    self.rows.model(**{self.item: key, self.term: kept}, **self.others)
                    for key in items
                    if key not in have
                ],
                ignore_conflicts=True,
            )
        rows.filter(**{f"{self.term}__in": dropped}).delete()


def bonds_of(model: type[models.Model]) -> list[Bond]:
    """The tables in which items bear tags or topics, always in the same order."""
    return _bonds_of_tags() if model is Tag else _bonds_of_topics()


def _bonds_of_tags() -> list[Bond]:
    kinds = TaggedItem.objects.order_by("content_type").values_list("content_type", flat=True)
    return [
        Bond(
            ContentType.objects.get_for_id(kind).model_class(),
            TaggedItem.objects.filter(content_type=kind),
            "object_id",
            "tag_id",
            {"content_type_id": kind},
        )
        for kind in kinds.distinct()
    ]


def _bonds_of_topics() -> list[Bond]:
    found = []
    for relation in Topic._meta.get_fields():
        if relation.many_to_many and relation.auto_created:
            made = relation.field
            found.append(
                Bond(
                    relation.related_model,
                    made.remote_field.through._base_manager.all(),
                    f"{made.m2m_field_name()}_id",
                    f"{made.m2m_reverse_field_name()}_id",
                )
            )
    return sorted(found, key=lambda bond: ContentType.objects.get_for_model(bond.kind).pk)


# --- What bears them ----------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """One item that bears a tag or topic, as staff see it; `view` names its admin form."""

    kind: str
    title: str
    state: str
    pk: int
    view: str


@dataclass(frozen=True)
class Uses:
    """How many items bear some tags or topics, and the first of them."""

    count: int
    shown: list[Use]

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


def uses_of(model: type[models.Model], keys: Iterable[int], *, only_public: bool = False) -> Uses:
    """
    The items that bear any of the tags or topics `keys`: all counted, at most SHOWN of them named,
    `only_public` of those that readers see. Few queries a kind.
    """
    keys, count, shown = list(keys), 0, []
    for bond in bonds_of(model):
        borne = bond.bearing(keys)
        number = borne.order_by().values(bond.item).distinct().count()
        count += number
        if number and bond.kind and (room := SHOWN - len(shown)):
            rows = bond.kind._default_manager.filter(pk__in=borne.values(bond.item))
            rows = rows.order_by("-pk")
            if _has_history(bond.kind):
                rows = rows.published() if only_public else rows
                rows = rows.defer("body", "excerpt", *UNREAD)
            shown += [_use(item) for item in rows[:room]]
    return Uses(count, shown)


def _use(item: models.Model) -> Use:
    options = item._meta
    return Use(
        kind=str(getattr(item, "noun", options.verbose_name)),
        title=str(item),
        state=getattr(item, "stage", ""),
        pk=item.pk,
        view=f"admin:{options.app_label}_{options.model_name}_change",
    )


def is_used(model: type[models.Model], key: int) -> bool:
    return any(bond.bearing([key]).exists() for bond in bonds_of(model))


# --- Changing them ------------------------------------------------------------------------


def change_all(
    model: type[models.Model],
    keys: list[int],
    by,
    reason: str,
    change: Callable[[Bond, list[int]], None] | None = None,
) -> int:
    """
    Have `change(bond, items)` change the items that bear any of the tags or topics `keys`, some at
    a time, locked in the order of their keys; each keeps a revision. Returns how many there were.
    """
    count = 0
    for bond, items in _some_at_a_time(model, keys):
        count += len(items)
        _keep_first(bond.kind, items)
        if change:
            change(bond, items)
        if _has_history(bond.kind):
            revisions.record_each(_with_content(bond.kind, items), by, reason)
    return count


def keep_first(model: type[models.Model], keys: list[int]) -> None:
    """Lock the items that bear any of `keys`, and see that the history of each has a beginning."""
    for bond, items in _some_at_a_time(model, keys):
        _keep_first(bond.kind, items)


def _some_at_a_time(model, keys: list[int]) -> Iterator[tuple[Bond, list[int]]]:
    for bond in bonds_of(model):
        found = bond.items(keys)
        for start in range(0, len(found), BATCH):
            yield bond, found[start : start + BATCH]


def _keep_first(kind, keys: list[int]) -> None:
    """
    Lock the items of `kind` with `keys`. One that was never recorded is recorded now; else its
    history would begin with what it is changed to.
    """
    if not _has_history(kind):
        return
    list(kind._base_manager.filter(pk__in=keys).order_by("pk").only("pk").select_for_update())
    saved = Revision.objects.saved().filter(
        content_type=ContentType.objects.get_for_model(kind), object_id__in=keys
    )
    if new := set(keys) - set(saved.order_by().values_list("object_id", flat=True)):
        revisions.record_each(_with_content(kind, new), None, "As it was before")


def _has_history(kind) -> bool:
    return kind is not None and issubclass(kind, Publishable)


def _with_content(kind, keys: Iterable[int]) -> models.QuerySet:
    """The items, with what revisions.content_of() reads of them."""
    rows = kind._base_manager.filter(pk__in=keys).order_by("pk").defer(*UNREAD)
    return rows.prefetch_related(*kind.revision_reads)


def change_ahead(name: str, now: Mapping[Any, Any]) -> None:
    """
    Let working copies and waiting suggestions hold in `name` ('tags', 'topics') what takes the
    place of each key of `now`; None: nothing does.
    """
    holding = Q()
    for value in now:
        holding |= Q(**{f"content__{name}__contains": [value]})
    rows = Revision.objects.filter(holding, state__in=AHEAD).order_by("pk")
    changed = []
    for row in rows.select_for_update(of=("self",)):
        held = {now.get(value, value) for value in row.content[name]}
        row.content = row.content | {name: sorted(held - {None})}
        changed.append(row)
    Revision.objects.bulk_update(changed, ["content"], batch_size=BATCH)
