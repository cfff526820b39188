from django.conf import settings
from django.db import models
from django.utils import timezone


class Invitation(models.Model):
    """
    That somebody was invited to be staff, and may set a password by a link in a mail.

    `number` counts the mails: only the link of the latest one works.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitation")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    number = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Invitation of {self.user}"
