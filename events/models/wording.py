from django.core.exceptions import ValidationError
from django.db import models

from .. import wording

HINT = "You may write {name}, {title} and {when}."


def wording_kinds() -> list[tuple[str, str]]:
    return [(kind, usual.label) for kind, usual in wording.USUAL.items()]


class MailWording(models.Model):
    """How one kind of mail to registrants begins and ends; kinds without a row say the usual."""

    kind = models.CharField("mail", max_length=30, unique=True, choices=wording_kinds)
    subject = models.CharField(max_length=200, help_text=HINT)
    opening = models.TextField(
        help_text=f"Follows “Dear …,”. Before what is told of the event. {HINT}"
    )
    closing = models.TextField(blank=True, help_text=f"After what is told of the event. {HINT}")

    class Meta:
        ordering = ["kind"]
        verbose_name = "wording of a mail"
        verbose_name_plural = "wording of mails"

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
            errors["subject"] = "A subject is one line."
        if errors:
            raise ValidationError(errors)
