from django.conf import settings
from django.db import models
from django.utils import timezone

from competencyworks.core.one_line import LineField


class Reminder(models.Model):
    """That a reminder was put into the outbox, for one start of an event: it is done once."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="reminders")
    minutes = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    queued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "minutes", "starts_at"], name="reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.minutes} minutes before {self.starts_at}"


class Mailing(models.Model):
    """A message of an organizer to registrants of an event, as it goes out to each."""

    class Audience(models.TextChoices):
        SEATED = "seated", "Everyone with a seat"
        ATTENDED = "attended", "Everyone who attended"
        WAITING = "waiting", "Everyone on the waiting list"
        ALL = "all", "Everyone with a seat or on the waiting list"
        CANCELLED = "cancelled", "Everyone whose registration is canceled"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="mailings")
    # Of the form that it came by: one form sends one message.
    nonce = models.CharField(max_length=40, unique=True, editable=False)
    audience = models.CharField("to", max_length=10, choices=Audience, default=Audience.SEATED)
    subject = LineField(max_length=200)
    text = models.TextField()
    count = models.PositiveIntegerField("emails", default=0)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.subject
