"""
Resources from a table (CSV): good rows go in, bad ones are told by row and column.

A row is known again by its address, or by title and publisher where it has none. So a file can be
imported again: what is the same stays untouched, what is given and differs is changed, and what a
run that broke off has done is passed over. Each batch of rows is one transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.background import locks
from competencyworks.core.links import graph
from competencyworks.core.links.addresses import outside_key, outsides_for
from competencyworks.core.slugs import RESERVED, base_slug, free_slug

from ..models import Resource
from . import relations
from .columns import BY_ATTRIBUTE, RELATIONS, Words, WrongValue
from .csv_reading import Problem, Row, rows_of
from .successors import Order

BATCH = 200
REASON = "Imported"
# A resource as it is known without an address.
Name = tuple[str, str]


class AlreadyRunning(Exception):
    """Another import is under way."""


@dataclass
class Report:
    """What an import did, or in a dry run would do."""

    made: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    bad_rows: int = 0

    @property
    def text(self) -> str:
        lines = [str(problem) for problem in self.problems]
        lines.append(
            f"{self.made} created, {self.changed} changed, {self.same} unchanged, "
            f"{self.bad_rows} with errors."
        )
        return "\n".join(lines)


def import_resources(
    file: IO[bytes],
    *,
    by=None,
    publish: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], Any] = lambda count: None,
) -> Report:
    """
    Take over the rows of `file`, for the user `by`. New resources are drafts, unless `publish`;
    those that are there keep their state. `progress` hears after each batch how many rows it had.

    Raises csv_reading.NotATable, before anything is stored, for what is no table of resources, and
    AlreadyRunning while another import goes on.
    """
    with locks.held("import of resources") as is_mine:
        if not is_mine:
            raise AlreadyRunning("Another import is running. Wait until it finishes.")
        order = Order(rows_of(file))  # what makes the file unreadable is said before all else
        file.seek(0)
        job = _Import(by, publish, dry_run, order)
        for batch in _batches(rows_of(file)):
            job.take(batch)
            progress(len(batch))
        job.take_the_rest()
        return job.report


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


class _Import:
    def __init__(self, by, publish: bool, dry_run: bool, order: Order) -> None:
        self.by, self.publish, self.dry_run = by, publish, dry_run
        self.order = order
        self.words = Words()
        self.report = Report()
        # In which row each resource of the file was seen first.
        self.seen: dict[str | Name, int] = {}

    def take(self, batch: list[Row]) -> None:
        """Store the next rows of the file, and those that waited for them."""
        good = [row for row in batch if self._read(row)]
        self.order.end(row for row in batch if row.problems)
        self._store_at_once(self.order.ready(good))
        while freed := self.order.freed():
            for rows in _batches(freed):
                self._store_at_once(rows)

    def take_the_rest(self) -> None:
        """Rows that name one another in a circle: each finds what was there before, or nothing."""
        for rows in _batches(self.order.left()):
            self._store_at_once(rows)
        self.report.problems.sort(key=lambda problem: problem.row)

    def _store_at_once(self, rows: list[Row]) -> None:
        """All of `rows` in one transaction, or in a dry run none."""
        if not rows:
            return
        with transaction.atomic():
            self.order.resolve(rows)
            self._store(rows)
            if self.dry_run:
                transaction.set_rollback(True)
        self.order.end(rows)

    # --- One row --------------------------------------------------------------------------

    def _read(self, row: Row) -> bool:
        """Turn the cells of `row` into values; False, and problems, if there is anything wrong."""
        before = len(row.problems)
        for attribute, cell in row.cells.items():
            try:
                row.values[attribute] = BY_ATTRIBUTE[attribute].read(cell, self.words)
            except WrongValue as error:
                row.wrong(attribute, str(error))
        if len(row.problems) == before:
            self._know(row)
        return self._is_good(row)

    def _know(self, row: Row) -> None:
        """By what the row is known, and whether the file has it already."""
        url = row.values.get("url", "")
        row.key = outside_key(url)
        if url and not row.key:
            return row.wrong("url", f"“{url}” is not a web address")
        if not url and "title" not in row.values:
            return row.wrong("title", "a row needs a web address or a title")
        name = row.key or row.name
        first = self.seen.setdefault(name, row.number)
        if first != row.number:
            what = "address" if row.key else "title and publisher"
            row.wrong("url" if row.key else "title", f"row {first} has the same {what}")
        return None

    def _is_good(self, row: Row) -> bool:
        if not row.problems:
            return True
        self.report.bad_rows += 1
        self.report.problems += row.problems
        return False

    # --- A batch --------------------------------------------------------------------------

    def _store(self, rows: list[Row]) -> None:
        there = _Stored(rows)
        new: list[tuple[Resource, Row]] = []
        for row in rows:
            item = there.find(row)
            made = item is None
            if made:
                item = Resource(created_by=self.by)
            elif item.trashed_at:
                row.wrong("url" if row.key else "title", "it is in the trash; restore it first")
            if not row.problems:
                self._check(item, row)
            if not self._is_good(row):
                continue
            if made:
                new.append((item, row))
                continue
            self.order.note(row, item.pk)
            if self._change(item, row):
                self.report.changed += 1
            else:
                self.report.same += 1
        self._make(new)
        for item, row in new:
            self.order.note(row, item.pk)
        self.report.made += len(new)

    def _check(self, item: Resource, row: Row) -> None:
        """Note what `item` may not become."""
        if item.pk is None:
            for name in ("title", "kind"):
                if name not in row.values:
                    row.wrong(name, f"a new resource needs a {name}")
            if row.problems:
                return
        probe = Resource(kind=row.values.get("kind", item.kind))
        given = row.values.keys() - RELATIONS
        for name in given:
            setattr(probe, name, row.values[name])
            if name in Resource.OWN_FIELDS and name not in probe.own_fields:
                kind = probe.get_kind_display().lower()
                row.wrong(name, f"this does not apply to the kind “{kind}”")
        fields = {Resource._meta.get_field(name).name for name in given} - {
            "owner",
            "superseded_by",
        }
        others = [each.name for each in Resource._meta.fields if each.name not in fields]
        try:
            probe.clean_fields(exclude=others)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                row.wrong(name, messages[0].rstrip("."))
        if item.pk and row.values.get("superseded_by_id") == item.pk:
            row.wrong("superseded_by_id", "it cannot replace itself")
        first = row.values.get("in_force_from", item.in_force_from)
        last = row.values.get("in_force_until", item.in_force_until)
        if first and last and last < first:
            row.wrong("in_force_until", "the end is before the start")

    def _change(self, item: Resource, row: Row) -> bool:
        """Give `item`, which is locked, what the row has of it; False if that is there already."""
        if not row.differs_from(item):
            return False
        for name, value in row.values.items():
            if name not in RELATIONS:
                setattr(item, name, value)
        item.save()
        relations.set_one(item, row.values)
        revisions.record(item, self.by, REASON)
        return True

    def _make(self, new: list[tuple[Resource, Row]]) -> None:
        """Store new resources with all that belongs to them, in a few queries for all."""
        if not new:
            return
        items = [item for item, _ in new]
        outsides = outsides_for(row.values.get("url", "") for _, row in new)
        for item, row in new:
            for name, value in row.values.items():
                if name not in RELATIONS:
                    setattr(item, name, value)
            item.outside = outsides.get(row.key)
            if self.publish:
                item.status, item.publish_at = Resource.Status.PUBLISHED, timezone.now()
        _give_slugs(items)
        for item in items:
            item.derive()
        Resource.objects.bulk_create(items)
        relations.add_all((item, row.values) for item, row in new)
        prefetch_related_objects(items, "topics", "states", "tags")
        revisions.record_each(items, self.by, REASON)
        graph.record_all(items)
        for item in items:
            if item.kind == Resource.Kind.POLICY:
                item.history_changed()


class _Stored:
    """The resources that rows may mean, locked in the order of their keys."""

    def __init__(self, rows: list[Row]) -> None:
        keys = [row.key for row in rows if row.key]
        titles = [row.values["title"] for row in rows if not row.key]
        by_key = Resource.objects.filter(outside__key__in=keys).values_list("pk", flat=True)
        by_name = Resource.objects.filter(title__in=titles).values_list("pk", flat=True)
        wanted = {*by_key, *by_name}
        found = Resource.objects.select_for_update(of=["self"]).select_related("outside")
        found = found.prefetch_related("topics", "states", "tags")
        self.by_key: dict[str, list[Resource]] = {}
        self.by_name: dict[Name, Resource] = {}
        for item in found.filter(pk__in=wanted).defer("vector").order_by("pk") if wanted else ():
            if item.outside_id:
                self.by_key.setdefault(item.outside.key, []).append(item)
            self.by_name.setdefault((item.title, item.publisher), item)

    def find(self, row: Row) -> Resource | None:
        """The resource that `row` means. Of several with one address the one of that title."""
        if not row.key:
            return self.by_name.get(row.name)
        found = self.by_key.get(row.key, [])
        title = row.values.get("title")
        return next((item for item in found if item.title == title), found[0] if found else None)


def _give_slugs(items: list[Resource]) -> None:
    """Give each new item a slug that neither a stored one has nor another of `items`."""
    bases = [base_slug(item.title, fallback="resource") for item in items]
    stored = Resource.objects.filter(slug__in=set(bases)).values_list("slug", flat=True)
    used = {*stored, *RESERVED}
    for item, slug in zip(items, bases, strict=True):
        item.slug = _numbered(slug, used) if slug in used else slug
        used.add(item.slug)


def _numbered(base: str, used: set[str]) -> str:
    """`base` with a number, so that nothing that is stored or in `used` has it."""
    stored = free_slug(base, Resource.objects.filter, fallback="resource")
    stem, _, number = stored.rpartition("-")
    if stored in used or not number.isdigit():
        stem, number = (stem, number) if number.isdigit() else (base[:190], "2")
        while (stored := f"{stem}-{number}") in used:
            number = str(int(number) + 1)
    return stored
