from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Question(models.Model):
    """A question of an event's own: on its registration form, or of the survey after it."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        CHOICE = "choice", "One of several"
        CHOICES = "choices", "Any of several"
        CONSENT = "consent", "Consent (a box to tick)"

    class Asked(models.TextChoices):
        REGISTRATION = "registration", "When registering"
        SURVEY = "survey", "In the survey afterwards"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="questions")
    asked = models.CharField(max_length=12, choices=Asked, default=Asked.REGISTRATION)
    text = models.CharField(max_length=300)
    hint = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    options = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="For a choice: what there is to choose from.",
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Invitation(models.Model):
    """A code that lets somebody register for an event by invitation, so many times."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="invitations")
    code = models.CharField(max_length=40)
    note = models.CharField(max_length=200, blank=True, help_text="For whom it is.")
    uses = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many registrations. Left empty: any number."
    )
    used = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="invitation_code_once"),
            models.CheckConstraint(
                condition=Q(uses=None) | Q(used__lte=F("uses")), name="invitation_not_overused"
            ),
        ]

    def __str__(self) -> str:
        return self.code
