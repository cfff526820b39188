"""
Making the renditions of pictures, in the background.

Which pictures are due is told by their rows alone (`due`), and a sweep looks for them: whoever
changes a picture, by whatever way, has nothing to set off. A picture is claimed with a lease, so
that several workers share the work and one that dies holds nothing up.
"""

import logging
import math
from datetime import timedelta
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now
from pictures.conf import app_settings
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from ..background.sweeps import sweep
from ..models import Image
from .image_files import SUFFIXES, check_pixels
from .responsive import VERSION, prepared, rendition_key, widths

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # far more than the largest picture takes
ATTEMPTS = 3  # for one state of a picture: it may be what kills the worker
# What another try will not change. Damage within a file is told as a plain OSError, like an outage.
HOPELESS = (ValidationError, UnidentifiedImageError, Pillow.DecompressionBombError)


def due() -> QuerySet[Image]:
    """The pictures whose renditions must be made, and that nobody is making now."""
    key = Concat(
        "file",
        Value("|"),
        Cast("focal_x", CharField()),
        Value("|"),
        Cast("focal_y", CharField()),
        Value(f"|{VERSION}"),
        output_field=CharField(),
    )
    unfinished = Q(renditions_ready_at=None, renditions_attempts__lt=ATTEMPTS)
    free = Q(renditions_lease_until=None) | Q(renditions_lease_until__lt=Now())
    # A lease on what the picture was before a change holds nobody up.
    return Image.objects.filter(~Q(renditions_key=key) | (unfinished & free)).exclude(file="")


def claim() -> Image | None:
    """Take the picture that waits longest, for `LEASE` at most. None where nothing is due."""
    with transaction.atomic():
        image = due().select_for_update(skip_locked=True).order_by("created_at", "pk").first()
        if image is None:
            return None
        key = rendition_key(image)
        before = image.renditions_attempts if key == image.renditions_key else 0
        image.renditions_key = key
        Image.objects.filter(pk=image.pk).update(
            renditions_key=key,
            renditions_attempts=before + 1,
            renditions_lease_until=Now() + LEASE,
            renditions_ready_at=None,
            renditions_error="",
        )
        return image


def make_next() -> bool:
    """Make the renditions of one picture that is due. Tells whether there was one."""
    image = claim()
    if image is None:
        return False
    try:
        if not image.animated:
            make(image)
    except HOPELESS as error:
        message = " ".join(getattr(error, "messages", None) or [f"Not a picture: {error}"])
        _note(
            image,
            renditions_error=message[:500],
            renditions_attempts=ATTEMPTS,
            renditions_lease_until=None,
        )
    except Exception as error:  # codecs and storages raise what they like; staff must see it
        logger.exception("No renditions of %s.", image.file.name)
        _note(image, renditions_error=f"{type(error).__name__}: {error}"[:500])
    else:
        _note(image, renditions_ready_at=Now(), renditions_lease_until=None)
        logger.info("Renditions of %s are ready.", image.file.name)
    return True


def make(image: Image) -> None:
    """Make all renditions of `image` now. To do it twice changes nothing."""
    renditions = [
        rendition
        for types in image.file.aspect_ratios.values()
        for sizes in types.values()
        for rendition in sizes.values()
    ]
    if not renditions:
        return
    storage = image.file.storage
    with (
        storage.open(image.file.name) as file,
        Pillow.open(file, formats=list(SUFFIXES)) as picture,
    ):
        check_pixels(picture)
        # A JPEG need not be decoded in full to be made small.
        scale = _needed_scale(image.width, image.height)
        picture.draft(None, tuple(math.ceil(side * scale) for side in picture.size))
        picture = prepared(picture)
    for rendition in renditions:
        rendition.save(picture)


def _needed_scale(width: int, height: int) -> float:
    """How much of its size a picture must keep for its largest renditions, at most 1."""
    return max(
        offered[-1] / (width if ratio is None else min(width, int(height * Fraction(ratio))))
        for ratio in app_settings.WIDTHS
        if (offered := widths(width, height, ratio))
    )


def _note(image: Image, **fields) -> None:
    # Not if the picture or its focal point was changed, and claimed again, meanwhile.
    rows = Image.objects.filter(pk=image.pk, renditions_key=image.renditions_key)
    rows.update(**fields)


@sweep(every=10)
def make_due_renditions() -> bool:
    """Makes the renditions of one picture, and says which pictures will get none."""
    Image.objects.filter(
        renditions_ready_at=None,
        renditions_attempts__gte=ATTEMPTS,
        renditions_error="",
        renditions_lease_until__lt=Now(),
    ).update(renditions_error=f"Stopped after {ATTEMPTS} tries: it takes too much memory or time.")
    return make_next()
