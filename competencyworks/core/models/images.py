from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from ..one_line import LineField
from ..pictures.image_files import ImageFileField
from ..pictures.image_removal import remove_files
from ..pictures.responsive import is_ready, rendition_key, small_url

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Image(models.Model):
    """A picture of the library, with the words that go with it."""

    title = LineField(
        max_length=200,
        blank=True,
        help_text="Helps you find it again. If left empty, the file name is used.",
    )
    file = ImageFileField(
        upload_to="images/%Y/%m",
        width_field="width",
        height_field="height",
        max_length=300,
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alt = LineField(
        "alternative text",
        max_length=500,
        blank=True,
        help_text="Say in one sentence what the picture shows, for people who cannot see it.",
    )
    decorative = models.BooleanField(
        default=False,
        help_text="The picture adds no information. Screen readers skip it.",
    )
    caption = LineField(max_length=1000, blank=True)
    credit = LineField(
        max_length=300, blank=True, help_text=("For example: “Photo: Ana Ruiz, CC BY 4.0”.")
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
        permissions = [("change_any_image", "Can change pictures that others uploaded or use")]

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
        """Delete the row, and, once that is committed, its files, earlier ones too."""
        with transaction.atomic():
            names = [self.file.name, *self.versions.values_list("file", flat=True)]
            for name in filter(None, names):
                remove_files.enqueue(name)
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
        return "ready" if is_ready(self) else "in progress"


class ImageVersion(models.Model):
    """
    An earlier file of a picture, with the words that went with it. Only staff can see it.

    pictures.replacing writes these rows and removes them.
    """

    # Fields of the picture that are kept with its file, and restored with it.
    WORDS = ("alt", "decorative", "caption", "credit", "focal_x", "focal_y")

    image = models.ForeignKey(Image, models.CASCADE, related_name="versions")
    file = models.FileField(max_length=300)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    alt = LineField("alternative text", max_length=500, blank=True)
    decorative = models.BooleanField(default=False)
    caption = LineField(max_length=1000, blank=True)
    credit = LineField(max_length=300, blank=True)
    focal_x = models.PositiveSmallIntegerField(default=50)
    focal_y = models.PositiveSmallIntegerField(default=50)
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file.name.rsplit("/", 1)[-1]
