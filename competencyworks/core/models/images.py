from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from ..pictures.image_files import ImageFileField
from ..pictures.image_removal import remove_files
from ..pictures.responsive import is_ready, rendition_key, small_url

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Image(models.Model):
    """A picture of the library, with the words that go with it."""

    title = models.CharField(
        max_length=200, blank=True, help_text="To find it again. Left empty, the file's name."
    )
    file = ImageFileField(
        upload_to="images/%Y/%m",
        width_field="width",
        height_field="height",
        max_length=300,
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alt = models.CharField(
        "alternative text",
        max_length=500,
        blank=True,
        help_text="What the picture shows, for those who cannot see it. One sentence.",
    )
    decorative = models.BooleanField(
        default=False,
        help_text="The picture adds nothing to the text; screen readers pass over it.",
    )
    caption = models.CharField(max_length=1000, blank=True)
    credit = models.CharField(
        max_length=300, blank=True, help_text="As “Photo: Ana Ruiz, CC BY 4.0”."
    )
    focal_x = models.PositiveSmallIntegerField(
        "focal point, from left",
        default=50,
        validators=PERCENT,
        help_text="Percent. Crops keep this point in view.",
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point, from top", default=50, validators=PERCENT, help_text="Percent."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    animated = models.BooleanField(default=False, editable=False)
    # What is due lives here, not in a task that a killed worker would take with it. Renditions
    # are due where `renditions_key` is not `rendition_key(self)`, or they were never finished.
    renditions_key = models.CharField(max_length=340, blank=True, editable=False)
    renditions_ready_at = models.DateTimeField(null=True, blank=True, editable=False)
    renditions_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    renditions_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    renditions_error = models.CharField(max_length=500, blank=True, editable=False)

    # What a page reads of it (core.responsive), apart from caption and credit.
    SHOWN = (
        "file", "width", "height", "alt", "decorative", "focal_x", "focal_y", "animated",
        "renditions_key", "renditions_ready_at",
    )  # fmt: skip

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title or self.file.name.rsplit("/", 1)[-1]

    def get_absolute_url(self) -> str:
        return self.file.url

    def save(self, *args, update_fields=None, **kwargs) -> None:
        if self.renditions_key != rendition_key(self):
            self.renditions_ready_at, self.renditions_error = None, ""
            if update_fields is not None:
                update_fields = {*update_fields, "renditions_ready_at", "renditions_error"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        """Delete the row, and, once that is committed, the file and its renditions."""
        with transaction.atomic():
            if self.file:
                remove_files.enqueue(self.file.name)
            return super().delete(*args, **kwargs)

    @property
    def small_url(self) -> str:
        """A file small enough for a row of a list; the original until there is one."""
        return small_url(self)

    @property
    def renditions_state(self) -> str:
        """How far the sizes for the web are, for staff."""
        if self.renditions_error:
            return self.renditions_error
        return "ready" if is_ready(self) else "being made"
