from django.db import models
from django.db.models import Q
from django.utils import timezone

from competencyworks.core.email_addresses import EmailAddressField


class VideoKind(models.TextChoices):
    """What the video service calls it; their addresses in its API differ."""

    MEETING = "meeting", "Meeting"
    WEBINAR = "webinar", "Webinar"


class VideoPlace(models.Model):
    """
    A registration's place in one meeting of the video service: what is due there, and what it gave.

    The row is there before anything is asked, and goes once the service has forgotten the place.
    """

    registration = models.ForeignKey(
        "events.Registration", models.CASCADE, related_name="video_places"
    )
    kind = models.CharField(max_length=8, choices=VideoKind)
    meeting = models.CharField(max_length=20)
    wanted = models.BooleanField(
        default=True, help_text="If not, it is to be deleted at the service."
    )
    # Of the service. A personal address is shown to its registrant alone.
    registrant = models.CharField(max_length=100, blank=True)
    join_url = models.CharField(max_length=1000, blank=True)
    # The address that the service was asked to register, until its answer is written down: after
    # a crash between the two nobody knows whether it did.
    asked_as = EmailAddressField(max_length=254, blank=True)

    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField("given up", null=True, blank=True)
    error = models.CharField("last error", max_length=500, blank=True)

    class Meta:
        verbose_name = "video service registration"
        verbose_name_plural = "video service registrations"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "meeting"], name="video_place_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(failed_at=None) & (Q(registrant="") | Q(wanted=False)),
                name="video_place_due",
            ),
            models.Index(fields=["meeting", "registrant"], name="video_place_registrant"),
        ]

    def __str__(self) -> str:
        return f"{self.registration} in {self.kind} {self.meeting}"

    @property
    def state(self) -> str:
        if self.failed_at:
            return "Given up"
        if not self.wanted:
            return "To be deleted"
        return "Registered" if self.registrant else "To be registered"
