from django.db import models

from competencyworks.core.models import Person
from competencyworks.core.one_line import LineField


class EventPerson(models.Model):
    """One person of one event, with the role and organization they had then."""

    class Part(models.TextChoices):
        PRESENTER = "presenter", "Presenter"
        HOST = "host", "Host"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="event_people")
    person = models.ForeignKey(Person, models.PROTECT, related_name="event_people")
    part = models.CharField(max_length=10, choices=Part, default=Part.PRESENTER)
    role = LineField(
        max_length=200,
        blank=True,
        help_text="If left empty, the role in the person's record is used.",
    )
    organization = LineField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "presenter or host"
        verbose_name_plural = "presenters and hosts"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "part"], name="event_person_once")
        ]

    def __str__(self) -> str:
        return str(self.person)
