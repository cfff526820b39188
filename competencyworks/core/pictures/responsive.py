"""
Which renditions a picture of the library has, how they are named and made, and the HTML that
offers them to a browser.

A name tells all that a rendition depends on (the file with the digest of its content, crop,
focal point, width), so a changed picture or focal point leads to new addresses and no cache ever
shows an old crop. And the names follow from the row alone: no page looks at a file for them.
"""

import dataclasses
import io
from fractions import Fraction
from functools import lru_cache
from html import escape

from django.core.files.base import ContentFile
from django.utils.safestring import SafeString, mark_safe
from pictures.conf import app_settings
from pictures.models import PillowPicture
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

# Told apart from what an older version of this module made, which is then made anew.
VERSION = 1
# A width that is so close to the picture's own is not worth a file beside it.
CLOSE = 1.15


@lru_cache(maxsize=4096)
def widths(width: int, height: int, ratio: str | None) -> tuple[int, ...]:
    """
    The widths, in pixels, in which a picture of `width` × `height` is offered in a crop.

    Those of settings.PICTURES["WIDTHS"] that the picture has, and its own width if that lies
    well between them. None for a picture smaller than the smallest: its file will do.
    """
    offered = app_settings.WIDTHS[ratio]
    own = width if ratio is None else min(width, int(height * Fraction(ratio)))
    found = [each for each in offered if each <= own]
    if found and own < offered[-1] and own > found[-1] * CLOSE:
        found.append(own)
    return tuple(found)


@lru_cache(maxsize=4096)
def height_of(width: int, ratio: str | Fraction) -> int:
    return round(width / Fraction(ratio))


@lru_cache
def _crop_name(ratio: str) -> str:
    # As a fraction, because that of a square calls itself '1' and not '1/1'.
    wide, high = Fraction(ratio).as_integer_ratio()
    return f"{wide}_{high}"


def folder(ratio: str | None, focal_x: int, focal_y: int) -> str:
    """The part of a rendition's name that tells its crop."""
    return f"{_crop_name(ratio)}-{focal_x}x{focal_y}/" if ratio else ""


def renditions_folder(name: str) -> str:
    """Where the renditions of the file `name` are: apart from one that differs in its suffix."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{suffix}"


def rendition_key(image) -> str:
    """What the renditions of `image` show at present; `renditions_key` says what was last made."""
    return f"{image.file.name}|{image.focal_x}|{image.focal_y}|{VERSION}"


def is_ready(image) -> bool:
    return image.renditions_ready_at is not None and image.renditions_key == rendition_key(image)


@dataclasses.dataclass(eq=False)
class FocalPicture(PillowPicture):
    """One rendition of a picture, cropped around the picture's focal point (in percent)."""

    focal: tuple[int, int] = (50, 50)

    @property
    def height(self) -> int | None:
        return height_of(self.width, self.aspect_ratio) if self.aspect_ratio else None

    @property
    def name(self) -> str:
        crop = folder(str(self.aspect_ratio) if self.aspect_ratio else None, *self.focal)
        width = f"{self.width}w.{self.file_type.lower()}"
        return f"{renditions_folder(self.parent_name)}/{crop}{width}"

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "focal": self.focal}

    def resize(self, image: Pillow.Image) -> Pillow.Image:
        if not self.height:
            height = max(1, round(image.height * self.width / image.width))
            return image.resize((self.width, height), Pillow.Resampling.LANCZOS)
        centering = tuple(
            _centering(side, share, point)
            for side, share, point in zip(
                image.size, _crop_shares(image.size, self.aspect_ratio), self.focal, strict=True
            )
        )
        size = (self.width, self.height)
        return ImageOps.fit(image, size, Pillow.Resampling.LANCZOS, centering=centering)

    def save(self, image: Pillow.Image) -> None:
        """Write this rendition of `image`, in place of one that may be there already."""
        with io.BytesIO() as buffer:
            options = app_settings.ENCODING[self.file_type]
            self.resize(image).save(buffer, self.file_type, exif=b"", icc_profile=b"", **options)
            content = ContentFile(buffer.getvalue())
        self.storage.delete(self.name)
        self.storage.save(self.name, content)


def _crop_shares(size: tuple[int, int], ratio: Fraction) -> tuple[float, float]:
    """How much of width and height remains in a crop to `ratio`."""
    present = Fraction(*size)
    return (float(ratio / present), 1.0) if present > ratio else (1.0, float(present / ratio))


def _centering(side: int, share: float, point: int) -> float:
    """Where Pillow must cut so that `point` percent of `side` is in the middle, or near."""
    if share >= 1:
        return 0.5
    return min(max((point / 100 - share / 2) / (1 - share), 0.0), 1.0)


def prepared(picture: Pillow.Image) -> Pillow.Image:
    """`picture` upright, in sRGB, and without an alpha channel unless it is seen through."""
    if picture.mode.startswith("I"):
        # Grays of 16 bits: Pillow would cut all but the darkest to white.
        info = picture.info
        picture = picture.convert("I").point(lambda gray: gray * (1 / 257)).convert("L")
        picture.info = info
    try:
        picture = PillowPicture.pre_process(picture)
    except (ImageCms.PyCMSError, OSError):
        # A profile that is broken, or for another kind of color, is ignored by browsers too.
        picture.info.pop("icc_profile", None)
        picture = PillowPicture.pre_process(picture)
    return picture.convert("RGB") if picture.getchannel("A").getextrema() == (255, 255) else picture


@lru_cache(maxsize=4096)
def _candidates(width: int, height: int, ratio: str | None, suffix: str) -> tuple[str, ...]:
    return tuple(f"{each}w.{suffix} {each}w" for each in widths(width, height, ratio))


def _address(file) -> str:
    """The address of an image's file: as its `url`, but for a fifth of the time."""
    # Our field gives names that need no quoting, so a folder's address and they make theirs.
    base = getattr(file.storage, "base_url", None)
    return f"{base}{file.name}" if base else file.url


def picture_html(
    image,
    *,
    ratio: str | None = None,
    sizes: str = "100vw",
    alt: str | None = None,
    loading: str = "lazy",
) -> SafeString:
    """
    The HTML that shows `image`: its renditions for the browser to choose from, or, until they are
    made, its file. It costs no query and looks at no file.

    `ratio` is None or one of settings.PICTURES["WIDTHS"]; it is told in `data-ratio` as well, for
    the stylesheet to crop what is not cropped yet. `sizes` is the attribute of that name
    (https://html.spec.whatwg.org/#attr-img-sizes). `alt` replaces the image's own text. Give
    `loading="eager"` to the picture that a page opens with.
    """
    url = _address(image.file)
    if alt is None:
        alt = "" if image.decorative else image.alt
    width, height = image.width, image.height
    cropped = ""
    offered = widths(width, height, ratio)
    sources = ""
    if offered and "?" not in url and not image.animated and is_ready(image):
        crop = folder(ratio, image.focal_x, image.focal_y)
        base = escape(f"{renditions_folder(url)}/{crop}")
        for kind in app_settings.FILE_TYPES:
            kind = kind.lower()
            candidates = _candidates(width, height, ratio, kind)
            sources += (
                f'<source type="image/{kind}" srcset="{base}{f", {base}".join(candidates)}"'
                f' sizes="{escape(sizes)}">'
            )
    if ratio:
        width = offered[-1] if offered else width
        height = height_of(width, ratio)
        cropped = f' data-ratio="{ratio}"'
    urgent = ' fetchpriority="high"' if loading == "eager" else f' loading="{loading}"'
    size = f' width="{width}" height="{height}"' if width else ""
    img = f'<img src="{escape(url)}" alt="{escape(alt)}"{size}{cropped}{urgent} decoding="async">'
    return mark_safe(f"<picture>{sources}{img}</picture>" if sources else img)  # noqa: S308 - escaped


def small_url(image) -> str:
    """Address of a file small enough for a row of a list; the original until there is one."""
    url = image.file.url
    offered = widths(image.width, image.height, None)
    if not offered or image.animated or "?" in url or not is_ready(image):
        return url
    return f"{renditions_folder(url)}/{offered[0]}w.webp"
