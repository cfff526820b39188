from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from ..prose.richtext import RichTextField
from ..slugs import free_slug, reserved_slug_message
from ..standing import Standing


class Person(Standing):
    """One person in all their roles: author, presenter, contributor; with an account or not."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(
        max_length=200,
        allow_unicode=True,
        unique=True,
        blank=True,
        help_text="Left empty, it is made from the name.",
    )
    role = models.CharField(max_length=200, blank=True, help_text="As “Director of Learning”.")
    organization = models.CharField(max_length=200, blank=True)
    bio = RichTextField(
        blank=True, toolbar="small", help_text="Two or three sentences, shown below articles."
    )
    portrait = models.ForeignKey(
        "core.Image", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    website = models.URLField(max_length=500, blank=True)
    email = models.EmailField(blank=True, help_text="Never shown to the public.")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        help_text="The account with which this person signs in, if there is one.",
    )

    link_texts = ("bio",)
    link_fields = ("website",)
    path_start = "/people/"

    class Meta:
        verbose_name_plural = "people"
        ordering = ["name"]

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
