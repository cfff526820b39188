from django.db import models
from django.utils import timezone


class ProvenAddress(models.Model):
    """
    That the owner of an e-mail address has acted by a link that was mailed to it
    (`core.mail.strangers`). The address is kept as a keyed hash alone, two years after the last
    such act.
    """

    who = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="proven_age")]

    def __str__(self) -> str:
        return f"Proven, {self.at:%Y-%m-%d}"
