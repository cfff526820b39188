from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutgoingMail(models.Model):
    """
    One mail to one address. Written in the transaction of the act that causes it, sent by the
    worker (`core.mail.sending`).
    """

    key = models.CharField(
        max_length=200, unique=True, help_text="What the mail is, so that it is written once."
    )
    kind = models.CharField(max_length=60, help_text="As 'comment.confirm'.")
    to_email = models.EmailField("to", max_length=254)
    to_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    attachments = models.JSONField(
        default=list, blank=True, help_text="Files of text: name, type and content of each."
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField("next try", default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField("given up", null=True, blank=True)
    error = models.TextField("last error", blank=True)

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
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> str:
        """'Sent', 'Given up' or 'Waiting'."""
        if self.sent_at:
            return "Sent"
        return "Given up" if self.failed_at else "Waiting"
