from django.core.exceptions import ValidationError
from django.db import models

from competencyworks.core.one_line import LineField

from .. import wording

HINT = "You can use the placeholders {name}, {title}, and {when}."


def wording_kinds() -> list[tuple[str, str]]:
    return [(kind, usual.label) for kind, usual in wording.USUAL.items()]


class MailWording(models.Model):
    """How one kind of mail to registrants begins and ends; kinds without a row say the usual."""

    kind = models.CharField("email", max_length=30, unique=True, choices=wording_kinds)
    subject = LineField(max_length=200, help_text=HINT)
    opening = models.TextField(
        help_text=f"Comes after the greeting “Dear …,” and before the event details. {HINT}"
    )
    closing = models.TextField(blank=True, help_text=f"Comes after the event details. {HINT}")

    class Meta:
        ordering = ["kind"]
        verbose_name = "email wording"
        verbose_name_plural = "email wording"

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        errors = {}
        for name in ("subject", "opening", "closing"):
            try:
                wording.check(getattr(self, name))
            except wording.BadPlaceholder as error:
                errors[name] = str(error)
        if "\n" in self.subject or "\r" in self.subject:
            errors["subject"] = "The subject must be a single line."
        if errors:
            raise ValidationError(errors)
