from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..email_addresses import EmailAddressField
from ..one_line import LineField


class OutgoingMail(models.Model):
    """
    One mail to one address. Written in the transaction of the act that causes it, sent by the
    worker (`core.mail.sending`).
    """

    key = models.CharField(
        max_length=200,
        unique=True,
        help_text="Identifies the email, so that it is created only once.",
    )
    kind = models.CharField(max_length=60, help_text="For example: 'comment.confirm'.")
    to_email = EmailAddressField("to", max_length=254)
    to_name = LineField(max_length=200, blank=True)
    subject = LineField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    attachments = models.JSONField(
        default=list, blank=True, help_text="Text files, each with its name, type, and content."
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField("next try", default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField("given up", null=True, blank=True)
    error = models.TextField("last error", blank=True)
    # The last answer that says something of the server: it took the mail, or refused it for reasons
    # that are not the mailbox's; and whether the server was in trouble, which counts as no try.
    answered_at = models.DateTimeField(null=True, blank=True)
    in_trouble = models.BooleanField(default=False)
    about = models.CharField(
        max_length=80,
        blank=True,
        help_text="As 'registration-12': to one address, emails about one thing are sent in order.",
    )
    details = models.JSONField(
        default=dict, blank=True, help_text="What it was made of, for writing it anew when it goes."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "mail"
        verbose_name_plural = "mail"
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None, failed_at=None), name="mail_due"
            ),
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
            models.Index(fields=["to_email"], name="mail_to"),
            models.Index(fields=["about", "id"], name="mail_about"),
            models.Index(fields=["answered_at"], name="mail_answered"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> str:
        """'Sent', 'Given up' or 'Waiting'."""
        if self.sent_at:
            return "Sent"
        return "Given up" if self.failed_at else "Waiting"
