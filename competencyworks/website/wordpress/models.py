from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from competencyworks.core.one_line import LineField


class ImportedItem(models.Model):
    """
    What one thing of an old site has become here.

    The row is written together with what it tells of. So a run that was killed finds again
    what it had done, and a later run knows what is new, what has changed over there, and what
    has been edited here since.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        TOPIC = "topic", "Topic"
        TAG = "tag", "Tag"
        SERIES = "series", "Series"
        FILE = "file", "File"
        POST = "post", "Post"
        PAGE = "page", "Page"
        COMMENT = "comment", "Comment"

    source = models.CharField(max_length=300, help_text="Host and path of the old site.")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=300, help_text="Number, slug or login on the old site.")
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True)
    object_id = models.PositiveBigIntegerField(null=True)
    item = GenericForeignKey()
    address = models.CharField(
        max_length=1000, blank=True, help_text="Of a file: host and path over there."
    )
    parent_key = models.CharField(
        max_length=20, blank=True, help_text="Of a file: the item that it was uploaded to."
    )
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="Digest of what the export said."
    )
    written = models.CharField(
        max_length=64, blank=True, help_text="Digest of what the import wrote here."
    )
    incomplete = models.BooleanField(
        default=False, help_text="Refers to files or items that have not been brought in yet."
    )
    details = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "key"], name="imported_once")
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="imported_object"),
            models.Index(
                fields=["source", "kind"],
                condition=models.Q(incomplete=True),
                name="imported_incomplete",
            ),
            models.Index(
                fields=["source", "address"],
                condition=~models.Q(address=""),
                name="imported_address",
            ),
            models.Index(
                fields=["source", "parent_key"],
                condition=~models.Q(parent_key=""),
                name="imported_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key} of {self.source}"


class ImportedFile(models.Model):
    """A file of the old site that is no picture: a paper, a recording, a sheet."""

    title = LineField(max_length=200, blank=True)
    file = models.FileField(upload_to="files/%Y/%m", max_length=300)
    description = LineField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title or self.file.name.rsplit("/", 1)[-1]

    def get_absolute_url(self) -> str:
        return self.file.url
