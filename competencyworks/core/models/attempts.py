from django.db import models
from django.utils import timezone


class Attempt(models.Model):
    """
    That somebody tried something: what `core.floods` counts. Who it was is a keyed hash, and
    rows are dropped after 30 days.
    """

    action = models.CharField(max_length=40)
    who = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["action", "who", "at"], name="attempt_count"),
            models.Index(fields=["at"], name="attempt_age"),
        ]

    def __str__(self) -> str:
        return f"{self.action}, {self.at:%Y-%m-%d %H:%M}"
