from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from competencyworks.core.one_line import LineField


class Question(models.Model):
    """
    A question of an event's own: on its registration form, or of the survey after it.

    A question is never deleted while its event is stored: it is retired, so that what was answered
    keeps its question. Answers are stored by the question's key and outlive its words.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        CHOICE = "choice", "Single choice"
        CHOICES = "choices", "Multiple choice"
        CONSENT = "consent", "Consent (checkbox)"

    class Asked(models.TextChoices):
        REGISTRATION = "registration", "When registering"
        SURVEY = "survey", "In the follow-up survey"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="questions")
    asked = models.CharField(max_length=12, choices=Asked, default=Asked.REGISTRATION)
    text = LineField(max_length=300)
    hint = LineField(max_length=300, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    options = ArrayField(
        LineField(max_length=200),
        default=list,
        blank=True,
        help_text="The options of a choice question.",
    )
    is_retired = models.BooleanField("no longer asked", default=False, editable=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def heading(self) -> str:
        """Its words above stored answers."""
        return f"{self.text} (no longer asked)" if self.is_retired else self.text


class Invitation(models.Model):
    """A code that lets somebody register for an event by invitation, so many times."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="invitations")
    code = LineField(max_length=40)
    note = LineField(max_length=200, blank=True, help_text="Who the invitation is for.")
    uses = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How many times the code can be used. If left empty, there is no limit.",
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
