from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from competencyworks.core import tokens
from competencyworks.core.email_addresses import EmailAddressField
from competencyworks.core.one_line import LineField
from competencyworks.core.person_names import PersonNameField

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
        CONFIRMED = "confirmed", "Has a seat"
        WAITING = "waiting", "On the waiting list"
        CANCELLED = "cancelled", "Canceled"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="registrations")
    status = models.CharField(max_length=10, choices=Status)
    name = PersonNameField(max_length=200)
    email = EmailAddressField(max_length=254)
    organization = LineField(max_length=200, blank=True)
    role = LineField(max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField(default=1)
    companions = ArrayField(PersonNameField(max_length=200), default=list, blank=True)
    online = models.BooleanField(
        default=True, help_text="For events that are online and in person: attends online."
    )
    # Key of the question as text → answer: text, list of texts, or true.
    answers = models.JSONField(default=dict, blank=True)
    survey_answers = models.JSONField(default=dict, blank=True, editable=False)
    # What staff replaced when an option got other words; see stored_answers.rename().
    former_answers = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), blank=True, editable=False
    )
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
    # When the owner of the address first pressed a button on the page of this very registration.
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)

    # How often staff have corrected the address. The links that went to an earlier one are dead.
    corrections = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    # What its calendar entries add to the event's sequence: the address may have canceled before.
    calendar_sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)

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
    def is_replaced(self) -> bool:
        """Whether it is canceled, and its address has registered for the event again since."""
        if self.status != self.Status.CANCELLED or not self.email:
            return False
        rows = Registration.objects.filter(event_id=self.event_id, email__iexact=self.email)
        return rows.exclude(status=self.Status.CANCELLED).exists()

    @property
    def is_verified(self) -> bool:
        """
        Whether the owner of the address has acted on this registration, so that its name may stand
        in mails. That the address has proven itself elsewhere says nothing of who typed this name.
        """
        return self.verified_at is not None

    @property
    def token(self) -> str:
        """Opens the registrant's own page; one that was mailed to an earlier address does not."""
        key = f"{self.pk}-{self.corrections}" if self.corrections else self.pk
        return tokens.make(PURPOSE, key)
