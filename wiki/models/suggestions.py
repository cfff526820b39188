from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from competencyworks.core.email_addresses import EmailAddressField
from competencyworks.core.models import Comment, Revision
from competencyworks.core.one_line import LineField
from competencyworks.core.person_names import PersonNameField

from .resources import Resource


class SuggestionQuerySet(models.QuerySet):
    def waiting(self) -> "SuggestionQuerySet":
        """What a curator is to decide; not what looks like spam."""
        return self.filter(status=Suggestion.Status.WAITING, suspicion="")


class Suggestion(models.Model):
    """
    What a reader proposes: a resource, or an edit to a page or a resource.

    An edit is a core.Revision (state 'suggested', `base` the revision it began from); a new
    resource is told in the columns `title` to `summary`, until a curator makes one of it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Awaiting review"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    # The item that an edit is for, or that was made of a proposed resource.
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True)
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    item = GenericForeignKey()
    revision = models.OneToOneField(
        Revision, models.CASCADE, null=True, blank=True, related_name="suggestion"
    )

    title = LineField(max_length=300, blank=True)
    url = models.CharField("address", max_length=2000, blank=True)
    kind = models.CharField(max_length=10, choices=Resource.Kind, blank=True)
    summary = models.TextField(blank=True)

    name = PersonNameField(max_length=200)
    email = EmailAddressField(blank=True)
    note = models.TextField(
        "why", blank=True, help_text="What the reader told the curators about it."
    )
    comment = models.ForeignKey(
        Comment, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        help_text="The comment the link came from, if a moderator suggested it.",
    )  # fmt: skip
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # One form makes one suggestion; see core.form_tokens.
    nonce = models.CharField(max_length=64, unique=True, null=True, editable=False)

    suspicion = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="Why it looks like spam. Such suggestions are listed separately and deleted "
        "after a month.",
    )

    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    answer = models.TextField(blank=True, help_text="Sent to the reader with the decision.")
    # The saved revision that its words became, and that names the reader.
    became = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    # When the mail about the decision was queued, or found not to be wanted.
    told_at = models.DateTimeField(null=True, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [("decide_suggestion", "Can accept and decline suggestions")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at=None)
                | ~Q(status="waiting") & Q(decided_at__isnull=False),
                name="suggestion_decided_with_date",
            )
        ]
        indexes = [
            models.Index(
                fields=["-created_at"], condition=Q(status="waiting"), name="suggestions_waiting"
            ),
            models.Index(fields=["content_type", "object_id"], name="suggestions_of_item"),
            models.Index(fields=["comment"], name="suggestions_of_comment"),
            models.Index(
                fields=["decided_at"],
                condition=Q(status="accepted", told_at=None),
                name="suggestions_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.item)

    @property
    def is_edit(self) -> bool:
        return self.revision_id is not None
