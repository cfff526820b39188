"""Giving a paper its file, the first or a newer one. Its address stays; earlier files are kept."""

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from .models import Paper, PaperFile
from .pdf_files import Accepted, accept, file_name

NAME_LENGTH = 255


def check(paper: Paper, upload: File) -> Accepted:
    """
    Look into `upload`, which is to be the file of `paper`.

    Raises ValidationError, with words for staff, for what is no readable PDF and for the very
    file that the paper has.
    """
    accepted = accept(upload)
    current = paper.current_file() if paper.pk else None
    if current and current.sha256 == accepted.sha256:
        raise ValidationError("The paper already has this file.")
    return accepted


def replace_file(
    paper: Paper, upload: File, by=None, accepted: Accepted | None = None
) -> PaperFile:
    """
    Make `upload` the file of `paper`, which is saved. The worker will read it.

    `accepted` is what check() said of it, if it was asked. Raises ValidationError, see check().
    """
    accepted = accepted or check(paper, upload)
    with transaction.atomic():
        # Two who replace at the same time come one after the other; the later one is in use.
        Paper._base_manager.select_for_update().only("pk").get(pk=paper.pk)
        row = PaperFile(
            paper=paper,
            original_name=(upload.name or "").replace("\\", "/").rpartition("/")[2][-NAME_LENGTH:],
            sha256=accepted.sha256,
            size=accepted.size,
            pages=accepted.pages,
            uploaded_by=by,
        )
        row.file.save(file_name(row.original_name, accepted.sha256), upload, save=False)
        try:
            row.save()
        except BaseException:
            row.file.storage.delete(row.file.name)
            raise
    return row
