from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from competencyworks.core import tokens

PURPOSE = "registration"


class RegistrationQuerySet(models.QuerySet):
    def confirmed(self) -> "RegistrationQuerySet":
        return self.filter(status=Registration.Status.CONFIRMED)

    def waiting(self) -> "RegistrationQuerySet":
        """Those who wait, in their order: keys are given under the event's lock."""
        return self.filter(status=Registration.Status.WAITING).order_by("pk")


class Registration(models.Model):
    """One party of an event: whoever registers, for one seat or for a group of up to ten."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        WAITING = "waiting", "Waiting"
        CANCELLED = "cancelled", "Cancelled"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="registrations")
    status = models.CharField(max_length=10, choices=Status)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    organization = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField(default=1)
    companions = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    online = models.BooleanField(
        default=True, help_text="Of an event that is both: takes part online."
    )
    # Key of the question as text → answer: text, list of texts, or true.
    answers = models.JSONField(default=dict, blank=True)
    survey_answers = models.JSONField(default=dict, blank=True, editable=False)
    invitation = models.ForeignKey(
        "events.Invitation", models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    attended = models.BooleanField(null=True, blank=True)
    is_walk_in = models.BooleanField("walk-in", default=False)
    # Of the form that it came by; NULL where none did. One form makes one registration.
    nonce = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)
    anonymous_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        permissions = [("export_registration", "Can export registrations")]
        constraints = [
            # One address, one registration an event; what is cancelled or anonymous is no more.
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=~Q(status="cancelled") & ~Q(email=""),
                name="registration_once",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=10), name="registration_of_ten_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False),
                name="registration_confirmed_has_date",
            ),
        ]
        indexes = [models.Index(fields=["event", "status", "id"], name="registration_status")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_online(self) -> bool:
        """Whether they take part online: the event decides, and where it is both, they did."""
        if self.event.attendance == self.event.Attendance.BOTH:
            return self.online
        return self.event.attendance == self.event.Attendance.ONLINE

    @property
    def token(self) -> str:
        """Opens the registrant's own page."""
        return tokens.make(PURPOSE, self.pk)
