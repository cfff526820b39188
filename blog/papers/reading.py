"""
Reading the files of papers in the background: the words for the search, the first page for a
cover.

Which files wait is told by their rows (`due`). A file is claimed with a lease, as it may be
what kills the worker; what is wrong with a file itself is noted and not tried again.
"""

import logging
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from competencyworks.core.models import Image

from .models import Paper, PaperFile
from .pdf_files import Reading, Unreadable, read

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
ATTEMPTS = 3


def due() -> QuerySet[PaperFile]:
    """The files that wait to be read, and that nobody reads now."""
    free = Q(read_lease_until=None) | Q(read_lease_until__lt=Now())
    return PaperFile.objects.filter(
        free, read_at=None, read_error="", read_attempts__lt=ATTEMPTS
    ).order_by("pk")


def claim() -> PaperFile | None:
    """Take the file that waits longest, for `LEASE` at most. None where none waits."""
    with transaction.atomic():
        row = due().select_for_update(skip_locked=True).first()
        if row:
            PaperFile.objects.filter(pk=row.pk).update(
                read_attempts=row.read_attempts + 1, read_lease_until=Now() + LEASE
            )
        return row


def read_next() -> bool:
    """Read one file that waits. Tells whether there was one."""
    row = claim()
    if row is None:
        return False
    try:
        with row.file.storage.open(row.file.name) as file:
            reading = read(file)
    except Unreadable as error:
        _note(row, read_error=str(error))
    except FileNotFoundError:
        _note(row, read_error="The file is missing from storage.")
    except Exception:  # storages raise what they like; the lease is the pause before the next try
        logger.exception("The file %s could not be read.", row.file.name)
    else:
        keep(row, reading)
        logger.info("The file %s was read.", row.file.name)
    return True


def give_up() -> None:
    """Say of files that were tried too often that they will not be read."""
    PaperFile.objects.filter(
        read_at=None,
        read_error="",
        read_attempts__gte=ATTEMPTS,
        read_lease_until__lt=Now(),
    ).update(read_error=f"Gave up after {ATTEMPTS} tries.")


@transaction.atomic
def keep(row: PaperFile, reading: Reading) -> None:
    """Keep what a file holds; of the paper's current file, the paper is found by it too."""
    paper = Paper._base_manager.select_for_update().get(pk=row.paper_id)
    _note(row, text=reading.text, read_at=Now())
    if paper.file_in_use() != row.pk:
        return
    # What looks like an element would be taken out of the search's vector.
    paper.attached_text = reading.text.replace("<", " ").replace(">", " ")
    if reading.cover and (paper.picture_id is None or paper.has_drawn_cover):
        paper.picture = paper.drawn_cover = _cover(paper, row, reading.cover)
    # The staff's words have not changed, so neither has the date of change.
    paper.save(update_fields=["attached_text", "picture", "drawn_cover"])


def _cover(paper: Paper, row: PaperFile, picture: bytes) -> Image:
    return Image.objects.create(
        title=f"Cover of {paper.title}"[:200],
        alt=f"First page of “{paper.title}”",
        file=ContentFile(picture, name=f"cover of {paper.slug[:80]}.jpg"),
        created_by=row.uploaded_by,
    )


def _note(row: PaperFile, **fields) -> None:
    PaperFile.objects.filter(pk=row.pk).update(read_lease_until=None, **fields)
