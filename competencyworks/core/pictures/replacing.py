"""
Giving a picture another file or other words, and an earlier file back.

The former file is kept for staff, where its public address does not reach it: it may have been
replaced because nobody should see it. Its address leads to the file that the picture has now.
Texts that show the picture follow it (see in_texts).
"""

import hashlib
import logging
import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from ..addresses import OldAddress, normalize, remember
from ..models import Image, ImageVersion
from .image_files import accept
from .image_removal import remove_files
from .in_texts import Shown, Updated, update_texts

logger = logging.getLogger(__name__)

WORDS = ("title", *ImageVersion.WORDS)  # what a change may give beside the file
KEPT = "kept/pictures"
# What the storage and image_files.file_name() put behind the name of a file.
DIGEST = re.compile(r"-[0-9a-f]{8}(?:_[A-Za-z0-9]{7})?(?=\.[a-z]+$)")


class CannotRestore(ValueError):
    """The earlier file is no more one; the message says why, for staff."""


@dataclass
class Changed:
    """What became of a picture and of the texts that show it."""

    is_replaced: bool = False
    was_same_file: bool = False
    texts: Updated = field(default_factory=Updated)

    def said(self) -> list[str]:
        """Sentences for staff."""
        lines = []
        if self.was_same_file:
            lines.append("The picture already has this file.")
        if self.is_replaced:
            lines.append("The earlier file is kept with the picture.")
        if count := self.texts.items:
            lines.append(f"{_texts(count)} changed with the picture.")
        if count := self.texts.working_copies:
            lines.append("1 working copy too." if count == 1 else f"{count} working copies too.")
        if count := self.texts.left:
            places = "1 place has" if count == 1 else f"{count} places have"
            lines.append(f"{places} its own alternative text, which was not changed.")
        return lines


def is_current_file(image: Image, upload: File) -> bool:
    """
    Whether `upload` is the file that `image` has. Raises ValidationError where it is no picture.
    """
    return _digest(accept(upload).content) == _stored_digest(image)


def replace_file(image: Image, upload: File, *, by=None, **words: Any) -> Changed:
    """
    Make `upload` the file of `image`, and give it `words` (its other fields).

    The former file and its words are kept as an ImageVersion. The very file that it has is no
    change. Raises ValidationError, with words for staff, where `upload` is no picture.
    """
    return _change(image, by, words, upload)


def change_words(image: Image, *, by=None, **words: Any) -> Changed:
    """Give `image` other `words` (fields other than its file)."""
    return _change(image, by, words)


def restore_version(version: ImageVersion, *, by=None, **words: Any) -> Changed:
    """
    Give a picture an earlier file back, with the words of that time but for `words`.

    The file that it has is kept in its place. Raises CannotRestore where somebody was first.
    """
    with transaction.atomic():
        image = Image.objects.select_for_update(no_key=True).get(pk=version.image_id)
        stored = image.versions.filter(pk=version.pk).first()
        if stored is None:
            raise CannotRestore(
                "This file has already been restored, or the list has changed. "
                "Check the list again."
            )
        words = {name: getattr(stored, name) for name in ImageVersion.WORDS} | words
        try:
            with stored.file.storage.open(stored.file.name) as file:
                content = ContentFile(file.read())
        except FileNotFoundError as error:
            raise CannotRestore("This file is missing from storage. Upload it again.") from error
        content.name = DIGEST.sub("", str(stored))
        done = _change(image, by, words, content, act="Restored")
        stored.delete()
        remove_files.enqueue(stored.file.name)
    return done


@transaction.atomic
def remove_version(version: ImageVersion, *, by=None) -> None:
    """Delete an earlier file for good, say because of what it shows. Nothing brings it back."""
    image = Image.objects.select_for_update(no_key=True).get(pk=version.image_id)
    stored = image.versions.filter(pk=version.pk).first()
    if stored is None:
        return
    stored.delete()
    remove_files.enqueue(stored.file.name)
    _log(by, image, [f"Deleted the earlier file “{stored}”."], Updated())


def _change(
    image: Image, by, words: dict[str, Any], upload: File | None = None, act: str = "Replaced"
) -> Changed:
    done, written = Changed(), []
    try:
        with transaction.atomic():
            # References to the picture may be written meanwhile; other changes of it wait.
            row = Image.objects.select_for_update(no_key=True).get(pk=image.pk)
            before, former, old_name = Shown.of(row), _words_of(row), row.file.name
            if upload is not None and is_current_file(row, upload):
                upload, done.was_same_file = None, True
            version = _keep(row, by, written) if upload is not None else None
            for name, value in words.items():
                setattr(row, name, value)
            if upload is not None:
                row.file.save(upload.name, upload, save=False)
                written.append(row.file.name)
                done.is_replaced = True
            row.save()
            if done.is_replaced and old_name:
                _lead_on(before.url, row)
                remove_files.enqueue(old_name)
            said = _said_of_file(act, version, row) if done.is_replaced else []
            said += _said_of_words(former, row)
            done.texts = update_texts(row, before, by, _reason(row, before))
            _log(by, row, said, done.texts)
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise
    image.refresh_from_db()
    return done


def _keep(row: Image, by, written: list[str]) -> ImageVersion | None:
    """Copy the file of `row` to where only staff can see it; None where there is none."""
    version = ImageVersion(
        image=row,
        width=row.width,
        height=row.height,
        replaced_by=by,
        **{name: getattr(row, name) for name in ImageVersion.WORDS},
    )
    storage = row.file.storage
    try:
        with storage.open(row.file.name) as file:
            name = row.file.name.rsplit("/", 1)[-1]
            version.file.save(f"{KEPT}/{row.pk}/{name}", file, save=False)
    except FileNotFoundError:
        logger.warning("The storage lacks the file of the picture %s; none is kept.", row.pk)
        return None
    written.append(version.file.name)
    version.save()
    return version


def _lead_on(old_url: str, row: Image) -> None:
    """Let the former address of the file lead to the picture (see present_url)."""
    url = row.file.url
    if url.startswith("/") and old_url.startswith("/") and url != old_url:
        OldAddress.objects.filter(path=normalize(url)).delete()
        remember(old_url, row)


def present_url(url: str) -> str | None:
    """Where the picture is now whose file had the address `url` once; None for others."""
    address = OldAddress.objects.filter(path=normalize(url)).first()
    target = address and address.target()
    return target if target != url else None


def _digest(content: File) -> str:
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    return digest


def _stored_digest(image: Image) -> str:
    try:
        with image.file.storage.open(image.file.name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _words_of(row: Image) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WORDS}


def _said_of_file(act: str, version: ImageVersion | None, row: Image) -> list[str]:
    name = row.file.name.rsplit("/", 1)[-1]
    if act == "Restored":
        return [f"Restored the earlier file “{name}”."]
    return [f"Replaced the file “{version}” with “{name}”." if version else f"New file “{name}”."]


def _said_of_words(former: dict[str, Any], row: Image) -> list[str]:
    names = [name for name, value in former.items() if getattr(row, name) != value]
    said = []
    if "alt" in names:
        names.remove("alt")
        said.append(f"Alternative text changed from “{former['alt']}” to “{row.alt}”.")
    if names:
        labels = ", ".join(str(Image._meta.get_field(name).verbose_name) for name in names)
        said.append(f"Changed {labels}.")
    return said


def _reason(row: Image, before: Shown) -> str:
    what = "Alternative text of the picture “{}” changed"
    if row.file and before.url != row.file.url:
        what = "The picture “{}” was replaced"
    return what.format(row)


def _log(by, row: Image, said: list[str], texts: Updated) -> None:
    if texts.items:
        said.append(f"{_texts(texts.items)} changed with it.")
    if said and by is not None:
        LogEntry.objects.log_actions(by.pk, [row], CHANGE, " ".join(said), single_object=True)


def _texts(count: int) -> str:
    return "1 text" if count == 1 else f"{count} texts"
