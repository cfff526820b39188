"""Links to items that came later in the file than the text that links to them."""

from collections.abc import Iterator

from django.db import transaction

from competencyworks.core import revisions
from competencyworks.core.prose.html_trees import parse, write

from .models import ImportedItem
from .records import digest
from .work import Context

Kind = ImportedItem.Kind
CHUNK = 100


def relink(context: Context) -> Iterator[int]:
    """
    Let links to the old site lead to what has been brought in by now.

    Yields how many texts were changed, chunk by chunk. A text that staff have edited since its
    import is left alone; what it links to has an old address, so its links work.
    """
    rows = ImportedItem.objects.filter(
        source=context.source, kind__in=[Kind.POST, Kind.PAGE], incomplete=True
    ).order_by("pk")
    last = 0
    while records := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = records[-1].pk
        with transaction.atomic():
            yield _relink(context, records)


def _relink(context: Context, records: list[ImportedItem]) -> int:
    waiting = {href for record in records for href in record.details.get("links", [])}
    found = context.translator.translate(waiting)
    changed = 0
    for record in records:
        links = record.details.get("links", [])
        mine = {href: found[href] for href in links if href in found}
        row = record.item if mine else None
        if row is None or digest(revisions.content_of(row)) != record.written:
            continue
        root = parse(row.body)
        for link in root.iter("a"):
            if link.get("href", "") in mine:
                link.set("href", mine[link.get("href")])
        row.body = write(root)
        row.derive()
        # Named columns only: what readers see as the date of change stays that of the author's.
        row.save(update_fields=["body", "html", "lead", "contents"])
        revisions.record(row, reason=f"{context.reason}: links to items that came later")
        record.details["links"] = [href for href in links if href not in mine]
        record.incomplete = bool(record.details["links"] or record.details.get("files"))
        record.written = digest(revisions.content_of(row))
        record.save()
        changed += 1
    return changed
