import hashlib

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..discussion.comment_words import words_vector
from ..email_addresses import EmailAddressField
from ..one_line import LineField
from ..person_names import PersonNameField
from ..prose.richtext import RichTextField

# Where it came from is still known.
HAS_TRACES = ~Q(network="", sender=None, user_agent="")


class CommentQuerySet(models.QuerySet):
    def public(self) -> "CommentQuerySet":
        """What readers see: approved words of people, not pings of machines."""
        return self.filter(status=Comment.Status.APPROVED, kind=Comment.Kind.COMMENT)

    def on(self, item: models.Model) -> "CommentQuerySet":
        """The comments under `item`, oldest first."""
        return self.under(ContentType.objects.get_for_model(item).pk, item.pk)

    def under(self, kind: int, key: int) -> "CommentQuerySet":
        """The comments under the item `key` of the content type `kind`, oldest first."""
        return self.filter(content_type=kind, object_id=key).order_by("created_at", "pk")


class Comment(models.Model):
    """A reader's words under an item."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Awaiting review"
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
    reason = LineField(
        max_length=300,
        blank=True,
        help_text="Why it has this status: the reason given for the latest decision.",
    )
    name = PersonNameField(max_length=200, blank=True)
    email = EmailAddressField(max_length=254, blank=True, help_text="Never shown to the public.")
    website = models.URLField(max_length=500, blank=True)
    person = models.ForeignKey(
        "core.Person", models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    body = RichTextField(toolbar="small")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_pinned = models.BooleanField(
        "pinned", default=False, help_text=("Shown above the other comments.")
    )
    is_confirmed = models.BooleanField(
        "email address confirmed",
        default=False,
        help_text="The writer confirmed the email address by a link in an email, for this "
        "comment or earlier on the same device.",
    )
    wants_replies = models.BooleanField("email about replies", default=False)
    is_taken_up = models.BooleanField(
        default=False,
        editable=False,
        help_text="Another part of the site has used this comment, and a line below it says so.",
    )
    nonce = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        editable=False,
        help_text="Identifies the form it was sent with, so that one form makes only one comment.",
    )
    # Keyed hashes (core.client_address), dropped after 30 days; the address itself is kept
    # so long only where a spam service is asked, which judges by it.
    network = models.CharField(max_length=64, blank=True, editable=False)
    sender = models.GenericIPAddressField(null=True, editable=False)
    user_agent = models.CharField(max_length=300, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    revision_fields = ("name", "website", "body")

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["content_type", "object_id", "created_at"],
                condition=Q(status="approved", kind="comment"),
                name="comment_public",
            ),
            models.Index(fields=["status", "-created_at"], name="comment_queue"),
            models.Index(fields=["email", "status"], name="comment_email"),
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(status="approved", kind="comment"),
                name="comment_newest",
            ),
            GinIndex(words_vector(), name="comment_words"),
            models.Index(fields=["created_at"], condition=HAS_TRACES, name="comment_traces"),
        ]
        permissions = [("moderate_comment", "Can moderate comments")]

    def __str__(self) -> str:
        return f"{self.name or 'Somebody'}, {self.created_at:%Y-%m-%d}"

    @property
    def is_public(self) -> bool:
        """Says of one comment what public() asks of the table."""
        return self.status == self.Status.APPROVED and self.kind == self.Kind.COMMENT

    @property
    def words_hash(self) -> str:
        """A short hash of what it says: the same as long as nobody changes it."""
        words = "\0".join(str(getattr(self, name)) for name in self.revision_fields)
        return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:16]

    @property
    def version(self) -> str:
        """
        Its status and the hash of its words. Forms that decide on it carry this, so that a
        decision holds only for what the page showed (see moderation.decide).
        """
        return f"{self.status}.{self.words_hash}"

    def get_absolute_url(self) -> str:
        """Leads to the page of the thread that it stands on."""
        return f"/comments/{self.pk}/"


class CommentDecision(models.Model):
    """That a comment got a status: when, by whom, why. What a moderator reads to understand."""

    class Source(models.TextChoices):
        RULE = "rule", "A rule of the site"
        MODERATOR = "moderator", "A moderator"
        MAIL = "mail", "A link in an email"
        WRITER = "writer", "The writer"
        REPORTS = "reports", "Reports from readers"
        SERVICE = "service", "The spam service"

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions")
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=10, choices=Source)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    was = models.CharField(max_length=10, choices=Comment.Status, blank=True)
    became = models.CharField(max_length=10, choices=Comment.Status)
    reason = LineField(max_length=300)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_became_display()}: {self.reason}"


class CommentReport(models.Model):
    """A reader's word that a comment is abusive; one a reader (keyed hash) and comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    reporter = models.CharField(max_length=64, editable=False)
    reason = LineField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "reporter"], name="report_once")]

    def __str__(self) -> str:
        return self.reason or "Reported"


class Ban(models.Model):
    """Whose comments are refused: an e-mail address, or a network (keyed hash or CIDR)."""

    class Kind(models.TextChoices):
        EMAIL = "email", "Email address"
        NETWORK = "network", "Network"
        SENDER = "sender", "Network of a comment (hashed)"

    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(
        max_length=254, help_text="For example: ann@example.org, @example.org, or 203.0.113.0/24."
    )
    reason = LineField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="ban_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"


class DiscussionSettings(models.Model):
    """What staff may say once for all comments. One row."""

    closes_after_days = models.PositiveIntegerField(
        "comments close after",
        default=0,
        help_text="Days after publication. 0 means never. Each item can have its own setting.",
    )
    most_links = models.PositiveSmallIntegerField(
        "links that hold a comment for review",
        default=3,
        help_text="A comment with this many links is held for review.",
    )
    words_that_wait = models.TextField(
        "words that hold a comment for review",
        blank=True,
        help_text="One word or phrase per line. A comment that contains one is held for review.",
    )
    words_of_spam = models.TextField(
        "words that mark a comment as spam",
        blank=True,
        help_text="One word or phrase per line. A comment that contains one is marked as spam.",
    )

    class Meta:
        verbose_name = "discussion settings"
        verbose_name_plural = "discussion settings"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_discussion_settings")
        ]

    def __str__(self) -> str:
        return "Discussion settings"

    def save(self, *args, **kwargs) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
