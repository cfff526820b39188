"""
One import from beginning to end.

The file is read several times, each time as a stream: first for people, terms and files, then for
posts and pages, and again for pages whose parents came later. What is done is stored in small
transactions together with the memory of it, so that a run can be killed at any moment and
the next one goes on.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Min

from blog.models import Channel, Post, Series
from competencyworks.core import revisions, workflow
from competencyworks.core.background.locks import held
from competencyworks.core.publishing import Publishable
from competencyworks.website.models import Page

from .addresses import Translator, bare_host
from .entries import bring_in_page, bring_in_posts
from .exported import Broken, Item, Site
from .files import Waiting, note_attachments
from .models import ImportedItem
from .relinking import relink
from .report import Report
from .vocabulary import Vocabulary
from .work import Context, key_of
from .wxr import Export

POSTS = 100  # brought in together
FILES = 500  # noted together
# What one item's data may raise: it is reported with its place, and the rest goes on.
FAULTS = (DatabaseError, ValidationError, ValueError, ArithmeticError, RecursionError)

Progress = Callable[..., AbstractContextManager]


class AlreadyRunning(Exception):
    """Another import is running."""


class _Silent:
    """A progress bar that shows nothing."""

    def update(self, number: int) -> None:
        """Take note of `number` more."""


def silent(**words: Any) -> AbstractContextManager:
    return nullcontext(_Silent())


@dataclass
class Import:
    """
    What to import, and how.

    `media` is a folder with the old site's uploads; what it lacks is fetched if `fetch`.
    `progress` makes progress bars, as tqdm does: called with `desc`, `total`, `unit`.
    """

    path: Path
    channel: Channel
    series_taxonomy: str = ""
    media: Path | None = None
    fetch: bool = True
    dry_run: bool = False
    progress: Progress = silent
    report: Report = field(default_factory=Report)
    relinked: int = 0

    def run(self) -> Report:
        """
        Import, and say what was done. Raises wxr.NotAnExport if nothing can be read, OSError if
        the file cannot be opened, AlreadyRunning. A dry run does all of it, but for fetching,
        in a transaction that is rolled back.
        """
        with held("import from WordPress") as mine:
            if not mine:
                raise AlreadyRunning("Another import is running. Wait for its end.")
            if not self.dry_run:
                self._run()
            else:
                with transaction.atomic():
                    self._run()
                    transaction.set_rollback(True)
        return self.report

    def _run(self) -> None:
        export = Export(self.path)
        vocabulary = self._survey(export)
        with transaction.atomic():
            vocabulary.store(self.report)
        source = vocabulary.source
        waiting = Waiting(source, self.media, self.fetch, self.dry_run)
        self._bring_in_files(waiting)
        context = Context(
            source,
            vocabulary,
            Translator(source, hosts_of(export.site)),
            self.channel,
            self.series_taxonomy,
        )
        _Entries(self, export, context).bring_in()
        with self.progress(desc="Links", total=None, unit="") as bar:
            for changed in relink(context):
                self.relinked += changed
                bar.update(changed)
        with transaction.atomic():
            waiting.lead_to_parents()
            self._date_series(vocabulary)

    def _survey(self, export: Export) -> Vocabulary:
        """Read people, terms and attachments, and what cannot be read."""
        vocabulary = Vocabulary("", self.series_taxonomy)
        files: list[Item] = []
        self.items = 0
        with self.progress(desc="Reading", total=export.size, unit="B", unit_scale=True) as bar:
            before = 0
            for entry in export:
                bar.update(export.position - before)
                before = export.position
                vocabulary.source = vocabulary.source or source_of(export.site)
                if isinstance(entry, Broken):
                    self.report.refuse("others", entry.line, entry.title, entry.reason)
                    continue
                vocabulary.gather(entry, self.report)
                if not isinstance(entry, Item):
                    continue
                if entry.kind == "attachment":
                    files.append(entry)
                elif entry.kind in ("post", "page"):
                    self.items += 1
                else:
                    why = f"items of the type “{entry.kind}”, which have no place here"
                    self.report.skip("others", entry.line, why)
                if len(files) >= FILES:
                    self._note_files(vocabulary.source, files)
                    files = []
        self._note_files(vocabulary.source, files)
        return vocabulary

    def _note_files(self, source: str, files: list[Item]) -> None:
        with transaction.atomic():
            note_attachments(source, files, self.report)

    def _bring_in_files(self, waiting: Waiting) -> None:
        with self.progress(desc="Files", total=waiting.rows().count(), unit="") as bar:
            for number in waiting.bring_in(self.report):
                bar.update(number)

    def _date_series(self, vocabulary: Vocabulary) -> None:
        """A new series is public from its first public part on."""
        for series in Series.objects.filter(
            pk__in=vocabulary.series.values(), status=Publishable.Status.DRAFT
        ):
            parts = Post.objects.kept().filter(series=series, status=Publishable.Status.PUBLISHED)
            first = parts.aggregate(first=Min("publish_at"))["first"]
            if first and revisions.history(series).count() == 1:
                workflow.publish(series, at=first, reason="Its first part is public")


class _Entries:
    """The passes over the file that bring in posts and pages."""

    def __init__(self, run: Import, export: Export, context: Context) -> None:
        self.run = run
        self.export = export
        self.context = context
        self.seen: set[tuple[str, str]] = set()
        self.waiting: set[str] = set()  # keys of pages whose parents have not come yet
        self.parents: dict[str, Page] = {}

    def bring_in(self) -> None:
        with self.run.progress(desc="Posts and pages", total=self.run.items, unit="") as bar:
            self.bar = bar
            self._pass(lambda item: item.kind in ("post", "page"))
            while self.waiting:
                before = set(self.waiting)
                self._pass(self._is_waiting)
                if self.waiting == before:
                    self._pass(self._is_waiting, orphans=True)

    def _is_waiting(self, item: Item) -> bool:
        return item.kind == "page" and key_of(item) in self.waiting

    def _pass(self, wanted: Callable[[Item], bool], orphans: bool = False) -> None:
        posts: list[Item] = []
        for item in self.export:
            if not isinstance(item, Item) or not wanted(item):
                continue
            if item.kind == "page":
                self._page(item, orphans)
            elif self._is_new(item):
                posts.append(item)
            if len(posts) >= POSTS:
                self._posts(posts)
                posts = []
        self._posts(posts)

    def _is_new(self, item: Item) -> bool:
        """Whether this is the first item of its number in the file; the others are told of."""
        key = (item.kind, key_of(item))
        if key in self.seen:
            words = f"The number {item.number} comes twice in the file; the first item was taken."
            self.run.report.refuse(f"{item.kind}s", item.line, item.title, words)
            self.bar.update(1)
            return False
        self.seen.add(key)
        return True

    def _posts(self, items: list[Item]) -> None:
        if items:
            self._try(
                "posts", items, lambda some, report: bring_in_posts(self.context, some, report)
            )
            self.bar.update(len(items))

    def _page(self, item: Item, orphans: bool) -> None:
        key = key_of(item)
        parent = self._parent(item)
        if parent is None and item.parent and not orphans:
            if key not in self.waiting and self._is_new(item):
                self.waiting.add(key)
            return
        if key not in self.waiting and not self._is_new(item):
            return
        self.waiting.discard(key)
        if parent is None and item.parent:
            words = f"The page {item.parent}, its parent, is not there; it stands at the top."
            self.run.report.note("pages", item.line, item.title, words)

        def bring_in(some: Iterable[Item], report: Report) -> None:
            for each in some:
                bring_in_page(self.context, each, parent, report)

        self._try("pages", [item], bring_in)
        self.bar.update(1)

    def _parent(self, item: Item) -> Page | None:
        if not item.parent:
            return None
        record = ImportedItem.objects.filter(
            source=self.context.source, kind=ImportedItem.Kind.PAGE, key=str(item.parent)
        ).first()
        return record.item if record else None

    def _try(
        self, table: str, items: list[Item], bring_in: Callable[[list[Item], Report], None]
    ) -> None:
        """Bring in `items` together; if one of them fails, each by itself."""
        report = Report()
        try:
            with transaction.atomic():
                bring_in(items, report)
        except FAULTS as error:
            if not connection.is_usable():
                raise
            if len(items) > 1:
                for item in items:
                    self._try(table, [item], bring_in)
                return
            words = " ".join(str(error).split())[:300]
            self.run.report.refuse(table, items[0].line, items[0].title, words)
        else:
            self.run.report.add(report)


def source_of(site: Site) -> str:
    """Host and path of the old site, as the memory of the import is filed under it."""
    for address in (site.base_blog_url, site.link):
        if host := bare_host(address):
            path = address.split("://", 1)[-1].partition("/")[2].strip("/")
            return f"{host}/{path}".rstrip("/")[:300]
    return "an unnamed site"


def hosts_of(site: Site) -> set[str]:
    """The hosts that links within the old site name."""
    return {host for host in map(bare_host, (site.base_blog_url, site.link)) if host}
