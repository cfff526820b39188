from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..one_line import LineField


class RevisionQuerySet(models.QuerySet):
    def saved(self) -> "RevisionQuerySet":
        """What items held, one after the other; no working copies and no suggestions."""
        return self.filter(state=Revision.State.SAVED)

    def public(self, at=None) -> "RevisionQuerySet":
        """
        What readers may see in the history of an item that is public: no drafts of it.

        Whether the item itself is public is another question; ask it with published().
        """
        return self.saved().filter(visible_from__lte=at or timezone.now())


class Revision(models.Model):
    """
    What an item held after one save, whole: enough to compare and to restore.

    Also what it shall hold: a working copy of staff, one for an item, and what readers suggest.
    These have no number; `base` is the number of the saved revision they began from.
    """

    class State(models.TextChoices):
        SAVED = "saved", "Saved"
        WORKING = "working", "Working copy"
        SUGGESTED = "suggested", "Suggested"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    item = GenericForeignKey()
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.SAVED)
    base = models.PositiveIntegerField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    credit = LineField(max_length=200, blank=True, help_text="Name of the reader who wrote this.")
    reason = LineField(max_length=500, blank=True)
    # Of a working copy: when the worker puts it in public and by whose wish, or why it did not.
    goes_public_at = models.DateTimeField(null=True, blank=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held_back = LineField(max_length=500, blank=True)
    # What was answered when the copy was scheduled: one of the admin's further_answers.
    answer = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)
    visible_from = models.DateTimeField(
        null=True, editable=False, help_text="When readers could see it; empty for a draft."
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "number"], name="revision_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="saved", number__isnull=False)
                | ~Q(state="saved") & Q(number=None),
                name="revision_numbered_when_saved",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=Q(state="working"),
                name="revision_one_working_copy",
            ),
            models.CheckConstraint(
                condition=Q(goes_public_at=None) | Q(state="working"),
                name="revision_scheduled_when_working",
            ),
        ]
        indexes = [
            models.Index(
                fields=["goes_public_at"],
                condition=Q(goes_public_at__isnull=False),
                name="revision_scheduled",
            ),
            models.Index(
                fields=["content_type", "-created_at", "-id"],
                include=["object_id", "visible_from"],
                condition=Q(state="saved"),
                name="revision_recent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content.get('title', '')} #{self.number}"
