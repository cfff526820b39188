"""
What a file must be to enter the picture library, and what is done to it on its way in.

Form, import, demo and shell all come through `ImageFileField`, so the rules hold for each of
them: a picture is what its content says, not its name; it is small enough to be worked on; and
it tells nothing of where or with what it was taken.
"""

import hashlib
import io
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.module_loading import import_string
from django.utils.text import slugify
from pictures.conf import app_settings
from pictures.models import PictureField, PictureFieldFile
from PIL import Image as Pillow
from PIL import ImageOps

from ..slugs import words_of
from .image_containers import without_metadata
from .responsive import FocalPicture, widths

MAX_BYTES = 30 * 1024 * 1024
# 50 megapixels are what the cameras of phones give; decoded they take 200 MB of memory.
MAX_PIXELS = 51_000_000
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "AVIF": ".avif"}
ACCEPTED_TYPES = [f"image/{kind.lower()}" for kind in SUFFIXES]
ORIENTATION = 0x0112  # the tag of EXIF that a picture needs to be shown upright
# How a picture is written that must be turned: as close to what it was as can be.
TURNED = {"PNG": {"optimize": True}, "WEBP": {"quality": 92}}
# Pillow's decoders raise all of these on damaged files.
DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError, RuntimeError,
    struct.error, zlib.error,
)  # fmt: skip
NOT_A_PICTURE = (
    "This file is not a picture the site can show. Save it as a JPEG, PNG, GIF, WebP, or AVIF "
    "file and upload it again."
)


DRAWING = (
    "The site cannot show SVG drawings. Export this one as a JPEG, PNG, GIF, WebP, or AVIF file "
    "and upload it again."
)
SVG = re.compile(rb"<svg[\s>]|<!DOCTYPE svg", re.IGNORECASE)


@dataclass(frozen=True)
class Accepted:
    """A file that may enter the library: its content, the suffix that fits it, its nature."""

    content: File
    suffix: str
    animated: bool


def accept(file: File) -> Accepted:
    """
    Look into `file`, and return what is to be stored in its place.

    Metadata (EXIF with the place it was taken, XMP, comments), parts that no viewer knows and what
    stands behind the picture are removed, from animations too; the orientation stays. A file
    without them is kept byte for byte. Raises ValidationError, with words for staff, where the
    file is no picture, damaged, or too large.
    """
    if file.size > MAX_BYTES:
        raise ValidationError(
            f"This file is {file.size / 1e6:.0f} MB; "
            "pictures can be up to "
            f"{MAX_BYTES // 1024 // 1024} MB."
        )
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures before `check_pixels` can look at their size.
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            return _accepted(file)
    except Pillow.DecompressionBombError as error:
        raise too_many_pixels() from error
    except DAMAGED as error:
        raise ValidationError(DRAWING if _is_svg(file) else NOT_A_PICTURE) from error
    finally:
        file.seek(0)


def _is_svg(file: File) -> bool:
    file.seek(0)
    return bool(SVG.search(file.read(4096)))


def too_many_pixels() -> ValidationError:
    return ValidationError(
        f"This picture has more than {MAX_PIXELS // 1_000_000} megapixels. "
        "Scale it down and upload it again."
    )


def check_pixels(picture: Pillow.Image) -> None:
    """Raises ValidationError if decoding `picture` would take too much memory."""
    if picture.width * picture.height > MAX_PIXELS:
        raise too_many_pixels()


def _accepted(file: File) -> Accepted:
    with Pillow.open(file, formats=list(SUFFIXES)) as picture:
        check_pixels(picture)
        picture.load()
        # MPO is what phones make of JPEG: a second picture follows the first.
        kind = "JPEG" if picture.format == "MPO" else picture.format
        animated = kind != "JPEG" and getattr(picture, "n_frames", 1) > 1
        orientation = _orientation(picture)
        if orientation != 1 and not animated and kind in TURNED:
            # Not every viewer reads the tag in these kinds.
            content = ContentFile(_turned(picture, kind))
        else:
            content = _without_metadata(file, picture, kind, orientation)
        return Accepted(content, SUFFIXES[kind], animated)


def _orientation(picture: Pillow.Image) -> int:
    orientation = picture.getexif().get(ORIENTATION, 1)
    return orientation if orientation in range(1, 9) else 1


def _without_metadata(file: File, picture: Pillow.Image, kind: str, orientation: int) -> File:
    """A file without metadata, its pixels as they were; `file` if it has none."""
    file.seek(0)
    data = file.read()
    clean = without_metadata(kind, data, orientation)
    if clean == data:
        return file
    with Pillow.open(io.BytesIO(clean), formats=[kind]) as again:
        again.load()
        if again.size != picture.size or _frames(again, kind) != _frames(picture, kind):
            raise ValueError("not the same picture without its metadata")
    return ContentFile(clean)


def _frames(picture: Pillow.Image, kind: str) -> int:
    """How many frames are shown; the second picture of a phone's JPEG is none."""
    return 1 if kind == "JPEG" else getattr(picture, "n_frames", 1)


def _turned(picture: Pillow.Image, kind: str) -> bytes:
    """A still picture, upright, without metadata."""
    options = {"exif": b"", "xmp": b"", **TURNED[kind]}
    if profile := picture.info.get("icc_profile"):
        options["icc_profile"] = profile
    written = io.BytesIO()
    ImageOps.exif_transpose(picture).save(written, kind, **options)
    return written.getvalue()


def file_name(name: str, content: File, suffix: str) -> str:
    """
    `name` in lower-case ASCII letters, digits and dashes, with a digest of the content, so
    that an address never comes to show another picture, and the suffix that fits it.
    """
    stem = slugify(words_of(PurePosixPath(name.replace("\\", "/")).stem))[:80].strip("-")
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    return f"{stem or 'picture'}-{digest[:8]}{suffix}"


class ImageFile(PictureFieldFile):
    """The file of one picture, which knows the picture's focal point."""

    _looked_at: tuple[File, Accepted] | None = None

    def accepted(self, content: File) -> Accepted:
        """`accept`, once for a form's check and the saving that follows it."""
        if self._looked_at is None or self._looked_at[0] is not content:
            self._looked_at = (content, accept(content))
        return self._looked_at[1]

    def save(self, name: str, content: File, save: bool = True) -> None:
        """Store `content` under a name made from `name`. Raises ValidationError, see `accept`."""
        accepted = self.accepted(content)
        self.instance.animated = accepted.animated
        name = file_name(name, accepted.content, accepted.suffix)
        # Django reads width and height from the content, but from none without a name.
        accepted.content.name = accepted.content.name or name
        super().save(name, accepted.content, save)

    @property
    def aspect_ratios(self) -> dict[str | None, dict[str, dict[int, FocalPicture]]]:
        """The renditions of this picture: by crop, type and width."""
        focal = (self.instance.focal_x, self.instance.focal_y)
        kind = import_string(app_settings.PICTURE_CLASS)
        return {
            ratio: {
                file_type: {
                    width: kind(self.name, file_type, ratio, self.storage, width, focal)
                    for width in widths(self.width, self.height, ratio)
                }
                for file_type in app_settings.FILE_TYPES
            }
            for ratio in app_settings.WIDTHS
        }

    def _get_image_dimensions(self) -> tuple[int, int]:
        """Django asks for them whenever a row is made; what is no picture is refused later."""
        try:
            return super()._get_image_dimensions()
        except (*DAMAGED, Pillow.DecompressionBombError):
            return 0, 0


class PictureUploadField(forms.ImageField):
    """
    An upload, judged by its content (see `accept`) when the model's field is checked; its name may
    end as it likes. Django's own field would list every ending that Pillow knows, and open what is
    too large to be opened.
    """

    default_validators = ()

    def to_python(self, data):
        return forms.FileField.to_python(self, data)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ",".join(ACCEPTED_TYPES)}


class ImageFileField(PictureField):
    """The file field of a model that has `focal_x`, `focal_y` and `animated` beside it."""

    attr_class = ImageFile

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PictureUploadField, **kwargs})

    def clean(self, value, model_instance):
        """Refuses in a form what `accept` refuses, beside the field."""
        value = super().clean(value, model_instance)
        if value and not value._committed:
            value.accepted(value.file)
        return value

    def deconstruct(self):
        """Without the sizes of renditions, on which no table depends."""
        name, path, args, kwargs = super().deconstruct()
        sizes = {"aspect_ratios", "container_width", "file_types", "pixel_densities"}
        sizes |= {"grid_columns", "breakpoints"}
        return name, path, args, {key: kwargs[key] for key in kwargs if key not in sizes}
