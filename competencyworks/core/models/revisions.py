from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class Revision(models.Model):
    """What an item held after one save, whole: enough to compare and to restore."""

    class State(models.TextChoices):
        SAVED = "saved", "Saved"
        WORKING = "working", "Working copy"
        SUGGESTED = "suggested", "Suggested"
        DECLINED = "declined", "Declined"

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    item = GenericForeignKey()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.SAVED)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "number"], name="revision_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.content.get('title', '')} #{self.number}"
