from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from ..email_addresses import EmailAddressField
from ..one_line import LineField
from ..person_names import PersonNameField
from ..prose.richtext import RichTextField
from ..slugs import free_slug, reserved_slug_message
from ..standing import Standing


class Person(Standing):
    """One person in all their roles: author, presenter, contributor; with an account or not."""

    name = PersonNameField(max_length=200)
    slug = models.SlugField(
        max_length=200,
        allow_unicode=True,
        unique=True,
        blank=True,
        help_text="If left empty, it is made from the name.",
    )
    role = LineField(max_length=200, blank=True, help_text="For example: “Director of Learning”.")
    organization = LineField(max_length=200, blank=True)
    bio = RichTextField(
        blank=True, toolbar="small", help_text="Two or three sentences, shown below articles."
    )
    portrait = models.ForeignKey(
        "core.Image", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    website = models.URLField(max_length=500, blank=True)
    email = EmailAddressField(blank=True, help_text="Never shown to the public.")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        help_text="The account this person signs in with, if any.",
    )

    link_texts = ("bio",)
    link_fields = ("website",)
    path_start = "/people/"

    class Meta:
        verbose_name_plural = "people"
        ordering = ["name"]
        permissions = [
            ("change_presenter", "Can change people who appear at events alone"),
            ("change_own_person", "Can change their own entry"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if message := reserved_slug_message(self.slug):
            raise ValidationError({"slug": message})

    def save(self, *args, **kwargs) -> None:
        if not self.slug:
            self.slug = free_slug(
                self.name, Person.objects.exclude(pk=self.pk).filter, fallback="person"
            )
        super().save(*args, **kwargs)
