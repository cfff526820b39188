from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..prose.richtext import RichTextField


class CommentQuerySet(models.QuerySet):
    def public(self) -> "CommentQuerySet":
        """What readers see: approved words of people, not pings of machines."""
        return self.filter(status=Comment.Status.APPROVED, kind=Comment.Kind.COMMENT)

    def on(self, item: models.Model) -> "CommentQuerySet":
        """The comments under `item`, oldest first."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(item), object_id=item.pk
        ).order_by("created_at", "pk")


class Comment(models.Model):
    """A reader's words under an item."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        SPAM = "spam", "Spam"
        TRASH = "trash", "Trash"

    class Kind(models.TextChoices):
        COMMENT = "comment", "Comment"
        PINGBACK = "pingback", "Pingback"
        TRACKBACK = "trackback", "Trackback"

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    item = GenericForeignKey()
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMMENT)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True, help_text="Never shown.")
    website = models.URLField(max_length=500, blank=True)
    person = models.ForeignKey(
        "core.Person", models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    body = RichTextField(toolbar="small")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["content_type", "object_id", "created_at"],
                condition=Q(status="approved", kind="comment"),
                name="comment_public",
            ),
            models.Index(fields=["status", "-created_at"], name="comment_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'Somebody'}, {self.created_at:%Y-%m-%d}"

    @property
    def is_public(self) -> bool:
        """Says of one comment what public() asks of the table."""
        return self.status == self.Status.APPROVED and self.kind == self.Kind.COMMENT

    def get_absolute_url(self) -> str:
        return f"{self.item.get_absolute_url()}#comment-{self.pk}"
