from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from ..dates import moment_words
from ..one_line import LineField


class BulkActQuerySet(models.QuerySet):
    def with_counts(self) -> "BulkActQuerySet":
        """How many items there are (`total`), how many were `handled`, how many of them `left`."""
        return self.annotate(
            total=Count("items"),
            handled=Count("items", filter=~Q(items__handled_at=None)),
            left=Count("items", filter=~Q(items__left_because="")),
        )


class BulkAct(models.Model):
    """What somebody asked to be done to many items; the worker does it, item by item."""

    act = models.CharField(max_length=60, help_text="Its name in core.background.bulk_acts.")
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name="kind")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="bulk_acts"
    )
    reason = LineField(max_length=400, blank=True)
    created_at = models.DateTimeField("requested", default=timezone.now)
    finished_at = models.DateTimeField("finished", null=True)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "bulk action"
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(finished_at=None), name="bulk_act_unfinished"
            ),
        ]

    def __str__(self) -> str:
        asked_at = timezone.localtime(self.created_at)
        return f"{self.act.capitalize()}, {moment_words(asked_at)}"


class BulkActItem(models.Model):
    """One of the items: the version that was shown, and how it went."""

    bulk_act = models.ForeignKey(BulkAct, models.CASCADE, related_name="items")
    object_id = models.PositiveBigIntegerField()
    seen = models.CharField(max_length=100, blank=True)
    handled_at = models.DateTimeField(null=True)
    left_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bulk_act", "object_id"], name="bulk_act_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.object_id} of {self.bulk_act_id}"
