from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from competencyworks.core.email_addresses import EmailAddressField


class Watch(models.Model):
    """
    That somebody wants a mail when a page or a resource changes. It counts once confirmed by a
    click in a mail (double opt-in); a stop deletes it.
    """

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    item = GenericForeignKey()
    email = EmailAddressField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Number of the revision up to which its owner was told, and when they last were.
    told_number = models.PositiveIntegerField(default=0, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "email"], name="watch_once"
            )
        ]
        indexes = [models.Index(fields=["email"], name="watches_of_address")]

    def __str__(self) -> str:
        return f"{self.item}"
