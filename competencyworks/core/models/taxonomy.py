from django.core.exceptions import ValidationError
from django.db import models, transaction

from ..addresses import remember_change, stored
from ..slugs import free_slug, reserved_slug_message


class Topic(models.Model):
    """A subject in the tree that classifies every kind of content."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(
        max_length=200,
        allow_unicode=True,
        unique=True,
        blank=True,
        help_text="Left empty, it is made from the name.",
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    description = models.TextField(
        blank=True, help_text="One or two sentences, shown at the head of the topic's page."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/topics/{self.slug}/"

    def clean(self) -> None:
        if message := reserved_slug_message(self.slug):
            raise ValidationError({"slug": message})
        seen, above = {self.pk}, self.parent
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": "A topic cannot stand below itself."})
            seen.add(above.pk)
            above = above.parent

    def save(self, *args, **kwargs) -> None:
        if not self.slug:
            self.slug = free_slug(
                self.name, Topic.objects.exclude(pk=self.pk).filter, fallback="topic"
            )
        with transaction.atomic(savepoint=False):
            remember_change(self, stored(self))
            super().save(*args, **kwargs)

    @classmethod
    def below(cls, topic: "Topic") -> list[int]:
        """Keys of `topic` and of all topics under it, in one query (the tree is small)."""
        children: dict[int | None, list[int]] = {}
        for key, parent in cls.objects.values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(key)
        found = [topic.pk]
        for key in found:
            found.extend(children.get(key, []))
        return found


class State(models.Model):
    """A state of the US, its capital district or a territory. Filled by a migration."""

    code = models.CharField(max_length=2, unique=True, help_text="Postal code, as NH.")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=2, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/states/{self.slug}/"
