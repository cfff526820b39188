"""Attachments: noted first, then brought in from a folder or over the network."""

import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models, transaction
from django.utils import timezone

from competencyworks.core.models import Image
from competencyworks.core.outside import fetching
from competencyworks.core.pictures.image_files import MAX_BYTES as MAX_PICTURE
from competencyworks.core.publishing import Publishable

from .addresses import move, path_of, remember_new
from .content import plain_text
from .documents import MAX_BYTES as MAX_DOCUMENT
from .documents import NotAccepted, suffix_of
from .exported import Item
from .models import ImportedFile, ImportedItem
from .pictures import Attachment, Library, References, key_of
from .publication import moment
from .records import digest, fingerprint
from .report import Report

Kind = ImportedItem.Kind
SECONDS = 60.0  # for one file, all in all
AT_A_TIME = 4  # requests to the old site at once
PATIENCE = 3  # files that fail before a host that never answered is asked no more
CHUNK = 40  # files that are dealt with together
PICTURES = frozenset([".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"])


def note_attachments(source: str, items: list[Item], report: Report) -> None:
    """Keep what the export says of attachments, so that bodies can refer to them."""
    keys = [str(item.number) for item in items]
    rows = {
        row.key: row
        for row in ImportedItem.objects.filter(source=source, kind=Kind.FILE, key__in=keys)
    }
    new: dict[str, ImportedItem] = {}
    for item in items:
        key, mark = str(item.number), fingerprint(item)
        if not item.attachment_url or item.number is None:
            report.refuse("files", item.line, item.title, "It has no number, or no address.")
            continue
        row = rows.get(key) or new.get(key)
        if row is not None and row.object_id and row.fingerprint == mark:
            report.count("files", "unchanged")
        if row is None:
            row = ImportedItem(source=source, kind=Kind.FILE, key=key)
            new[key] = row
        elif row.fingerprint == mark:
            continue
        row.address = key_of(item.attachment_url)
        row.parent_key = str(item.parent) if item.parent else ""
        row.fingerprint, row.details = mark, _details(item)
        if row.pk:
            row.save()
            if row.object_id:
                _change_words(row, report)
    ImportedItem.objects.bulk_create(new.values())


def _details(item: Item) -> dict:
    date = moment(item.date_gmt, item.date, item.published)
    return {
        "line": item.line,
        "url": item.attachment_url,
        "link": item.link,
        "title": plain_text(item.title)[:200],
        "alt": plain_text(item.meta.get("_wp_attachment_image_alt", ""))[:500],
        "caption": plain_text(item.excerpt)[:1000],
        "description": plain_text(item.body)[:1000],
        "date": date.isoformat() if date else None,
        "order": item.menu_order,
    }


def _change_words(row: ImportedItem, report: Report) -> None:
    """Bring changed words of a file that is here, where nobody has changed them."""
    file, words = row.item, _words(row)
    if file is None:
        return
    columns = {name: value for name, value in words.items() if hasattr(file, name)}
    if row.written != digest({name: getattr(file, name) for name in columns}):
        report.keep("files", row.details["line"], row.details["title"], "Its words were edited.")
        return
    for name, value in columns.items():
        setattr(file, name, value)
    file.save()
    row.written = digest(columns)
    row.save()
    report.count("files", "changed")


def _words(row: ImportedItem) -> dict[str, str]:
    return {name: row.details[name] for name in ("title", "alt", "caption", "description")}


# --- Bringing them in ---------------------------------------------------------------------


@dataclass
class Waiting:
    """Files that have not been brought in yet."""

    source: str
    media: Path | None = None
    fetch: bool = True
    dry_run: bool = False

    def rows(self) -> models.QuerySet:
        return ImportedItem.objects.filter(
            source=self.source, kind=Kind.FILE, object_id=None
        ).order_by("pk")

    def bring_in(self, report: Report) -> Iterator[int]:
        """
        Bring in what can be had. Yields how many files were dealt with since the last yield.

        Each file is one transaction: what was brought in stays if the next one fails.
        """
        tried: dict[str, list[bool]] = {}
        last = 0
        while rows := list(self.rows().filter(pk__gt=last)[:CHUNK]):
            last = rows[-1].pk
            with tempfile.TemporaryDirectory(prefix="wordpress-files-") as folder:
                for row, path, problem in self._had(rows, Path(folder), tried):
                    if path is not None and not self.dry_run:
                        problem = _accept(row, path)
                    if problem:
                        self._refuse(row, problem, report)
                    else:
                        report.count("files", "made")
                    yield 1

    def _refuse(self, row: ImportedItem, problem: str, report: Report) -> None:
        if row.problem != problem[:500]:
            row.problem = problem[:500]
            row.save(update_fields=["problem"])
        details = row.details
        words = f"not fetched, {details['url']}: {problem}"
        report.refuse("files", details["line"], details["title"], words)

    def lead_to_parents(self) -> None:
        """
        The pages of files that are not here lead to what they were uploaded to, as
        WordPress itself does with pages of attachments that it does not show.
        """
        last = 0
        rows = self.rows().exclude(parent_key="")
        while absent := list(rows.filter(pk__gt=last)[:CHUNK]):
            last = absent[-1].pk
            keys = {row.parent_key for row in absent}
            records = ImportedItem.objects.filter(
                source=self.source, kind__in=[Kind.POST, Kind.PAGE], key__in=keys
            ).prefetch_related("item")
            parents = {record.key: record.item for record in records if record.item}
            remember_new(
                (path_of(row.details["link"]), parents[row.parent_key])
                for row in absent
                if row.parent_key in parents
            )

    def _had(
        self, rows: list[ImportedItem], folder: Path, tried: dict[str, list[bool]]
    ) -> Iterator[tuple[ImportedItem, Path | None, str]]:
        """Each row with its file, or with the reason why it cannot be had."""
        absent = []
        for row in rows:
            if (path := self._in_media(row)) is not None:
                yield row, path, ""
            elif self.dry_run or not self.fetch:
                why = "a dry run fetches nothing" if self.dry_run else "fetching is switched off"
                yield row, None, why
            else:
                absent.append(row)
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            jobs = [(row, folder / str(row.pk)) for row in absent]
            problems = pool.map(lambda job: _fetch(*job, tried), jobs)
            for (row, path), problem in zip(jobs, problems, strict=True):
                yield row, None if problem else path, problem

    def _in_media(self, row: ImportedItem) -> Path | None:
        """The file in the folder, which is wp-content/uploads or stands one or two above it."""
        if self.media is None:
            return None
        parts = [part for part in _path(row).split("/") if part not in ("", ".", "..")]
        if "uploads" in parts:
            parts = parts[parts.index("uploads") + 1 :]
        for above in ((), ("uploads",), ("wp-content", "uploads")):
            path = self.media.joinpath(*above, *parts)
            if path.is_file() and path.resolve().is_relative_to(self.media.resolve()):
                return path
        return None


def _path(row: ImportedItem) -> str:
    return unquote(urlsplit(row.details["url"]).path)


def _fetch(row: ImportedItem, path: Path, tried: dict[str, list[bool]]) -> str:
    """Fetch one file into `path`; returns the problem, or ''."""
    url = row.details["url"]
    host = urlsplit(url).hostname or ""
    answers = tried.setdefault(host, [])
    if len(answers) >= PATIENCE and not any(answers):
        return f"not tried, as {host} did not answer for {len(answers)} files before"
    suffix = PurePosixPath(_path(row)).suffix.lower()
    limit = MAX_PICTURE if suffix in PICTURES else MAX_DOCUMENT
    try:
        with path.open("wb") as file:
            answer = fetching.fetch(url, max_bytes=limit, timeout=SECONDS, into=file)
    except (fetching.Unreachable, fetching.TimedOut) as error:
        answers.append(False)
        return str(error)
    except fetching.FetchError as error:
        return str(error)
    answers.append(True)
    return "" if answer.status == 200 else f"the answer was {answer.status}"


def _accept(row: ImportedItem, path: Path) -> str:
    """Store a file under what it is by its content; returns the problem, or ''."""
    name = PurePosixPath(_path(row)).name
    details = row.details
    try:
        with path.open("rb") as opened, transaction.atomic():
            file = File(opened, name=name)
            if PurePosixPath(name).suffix.lower() in PICTURES:
                item: models.Model = Image(created_at=_date(details))
                item.file.save(name, file, save=False)
            else:
                suffix = suffix_of(file)
                item = ImportedFile()
                item.file.save(f"{PurePosixPath(name).stem}{suffix}", file, save=False)
            columns = {key: value for key, value in _words(row).items() if hasattr(item, key)}
            for key, value in columns.items():
                setattr(item, key, value)
            item.save()
            row.content_type = ContentType.objects.get_for_model(item)
            row.object_id, row.problem, row.written = item.pk, "", digest(columns)
            row.save()
            _remember(row, item)
    except (ValidationError, NotAccepted, OSError) as error:
        return " ".join(getattr(error, "messages", [str(error)]))
    return ""


def _date(details: dict):
    return timezone.datetime.fromisoformat(details["date"]) if details["date"] else timezone.now()


def _remember(row: ImportedItem, item: models.Model) -> None:
    """The file's own address, its page and its number lead to it."""
    path = _path(row)
    addresses = [path, f"/?p={row.key}"]
    if "/uploads/" in path:
        addresses.append("/wp-content" + path[path.index("/uploads/") :])
    remember_new([(address, item) for address in addresses])
    if link := path_of(row.details["link"]):
        move(link, item, instead_of=Publishable)


# --- Looking them up ----------------------------------------------------------------------


def library_for(source: str, references: References) -> Library:
    """The attachments that `references` name, in five queries at most."""
    rows = ImportedItem.objects.filter(source=source, kind=Kind.FILE)
    found: dict[int, ImportedItem] = {}
    # The second condition of two is that of a partial index.
    for values, asked in (
        (references.keys, models.Q(address__in=list(references.keys)) & ~models.Q(address="")),
        (references.numbers, models.Q(key__in=[str(number) for number in references.numbers])),
        (
            references.parents,
            models.Q(parent_key__in=[str(number) for number in references.parents])
            & ~models.Q(parent_key=""),
        ),
    ):
        if values:
            found |= {row.pk: row for row in rows.filter(asked)}
    files = _files_of(found.values())
    library = Library()
    for row in sorted(found.values(), key=lambda row: (row.details.get("order", 0), int(row.key))):
        attachment = _attachment(row, files.get((row.content_type_id, row.object_id)))
        library.by_key.setdefault(row.address, attachment)
        library.by_number[attachment.number] = attachment
        if row.parent_key:
            library.by_parent.setdefault(int(row.parent_key), []).append(attachment)
    return library


def _files_of(rows: Iterable[ImportedItem]) -> dict[tuple[int, int], models.Model]:
    keys: dict[int, list[int]] = {}
    for row in rows:
        if row.object_id:
            keys.setdefault(row.content_type_id, []).append(row.object_id)
    found = {}
    for kind, numbers in keys.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        for item in model._default_manager.filter(pk__in=numbers):
            found[kind, item.pk] = item
    return found


def _attachment(row: ImportedItem, item: models.Model | None) -> Attachment:
    details = row.details
    return Attachment(
        number=int(row.key),
        address=details["url"],
        title=details["title"],
        alt=item.alt if isinstance(item, Image) else details["alt"],
        caption=item.caption if isinstance(item, Image) else details["caption"],
        image=item.pk if isinstance(item, Image) else None,
        url=item.get_absolute_url() if item else "",
    )
