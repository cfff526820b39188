from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from pictures.models import PictureField

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Image(models.Model):
    """A picture of the library, with the words that go with it."""

    title = models.CharField(
        max_length=200, blank=True, help_text="To find it again. Left empty, the file's name."
    )
    file = PictureField(
        upload_to="images/%Y/%m",
        width_field="width",
        height_field="height",
        aspect_ratios=[None, "3/2", "1/1"],
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
    # What is due lives here, not in a task that a killed worker would take with it.
    renditions_ready_at = models.DateTimeField(null=True, blank=True, editable=False)
    renditions_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    renditions_error = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(renditions_ready_at=None, renditions_error=""),
                name="image_renditions_due",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.file.name.rsplit("/", 1)[-1]

    def get_absolute_url(self) -> str:
        return self.file.url

    @property
    def small_url(self) -> str:
        """A file small enough for a row of a list; the original until there is one."""
        return self.file.url
