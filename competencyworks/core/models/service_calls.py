from django.db import models
from django.db.models import Q
from django.utils import timezone


class ServiceCall(models.Model):
    """
    Something to ask of, or to tell, the spam service about a comment. Written in the act that
    causes it, done by the worker (`core.discussion.spam_service`).
    """

    class Act(models.TextChoices):
        CHECK = "check", "Check for spam"
        SPAM = "spam", "Report as spam"
        HAM = "ham", "Report as not spam"

    comment = models.ForeignKey("core.Comment", models.CASCADE, related_name="service_calls")
    act = models.CharField(max_length=5, choices=Act)
    publish = models.BooleanField(
        default=False, help_text="The comment becomes public if the service finds no spam."
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_at"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="service_call_due")
        ]

    def __str__(self) -> str:
        return self.get_act_display()
