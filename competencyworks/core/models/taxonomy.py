from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower

from ..addresses import remember_change, stored
from ..one_line import LineField
from ..slugs import free_slug, reserved_slug_message


class TopicQuerySet(models.QuerySet):
    def offered(self) -> "TopicQuerySet":
        """Those that readers see and staff choose from: not the retired or merged ones."""
        return self.filter(retired_at=None)

    def now(self, keys: Iterable[int]) -> dict[int, int]:
        """
        Which topic stands now for each of `keys`, old ones too: itself, or the one that it was
        merged into. Retired topics, and keys of none, are not in it.
        """
        rows = self.filter(pk__in=set(keys)).values_list(
            "pk", "retired_at", "merged_into", "merged_into__retired_at"
        )
        found = {}
        for key, retired_at, kept, kept_retired_at in rows:
            if retired_at is None:
                found[key] = key
            elif kept and kept_retired_at is None:
                found[key] = kept
        return found


class Topic(models.Model):
    """
    A subject in the tree that classifies every kind of content.

    One that is retired or merged into another stays as a row, because histories name it by its key;
    nothing bears it and nobody is shown it.
    """

    name = LineField(max_length=200)
    slug = models.SlugField(
        max_length=200,
        allow_unicode=True,
        unique=True,
        blank=True,
        help_text="If left empty, it is made from the name.",
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    description = models.TextField(
        blank=True, help_text="One or two sentences, shown at the top of the topic’s page."
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(retired_at__isnull=False),
                name="topic_merged_is_retired",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/topics/{self.slug}/"

    def clean(self) -> None:
        if message := reserved_slug_message(self.slug):
            raise ValidationError({"slug": message})
        if self.parent is not None and self.parent.retired_at:
            raise ValidationError({"parent": f"“{self.parent}” is retired. Choose another topic."})
        seen, above = {self.pk}, self.parent
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": "A topic cannot be placed under itself."})
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
        for key, parent in cls.objects.offered().values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(key)
        found = [topic.pk]
        for key in found:
            found.extend(children.get(key, []))
        return found


class FormerTagQuerySet(models.QuerySet):
    def now(self, names: Iterable[str]) -> dict[str, str | None]:
        """
        What stands now for each of `names` that once was a tag's, by the name without case: the
        name of another tag, or None where it was retired.
        """
        folded = {name.lower() for name in names}
        if not folded:
            return {}
        rows = self.alias(folded=Lower("name")).filter(folded__in=folded)
        return {name.lower(): kept for name, kept in rows.values_list("name", "tag__name")}


class FormerTag(models.Model):
    """
    A name that was a tag's and is no longer. Histories hold tags by their names; here stands which
    tag took its place when it was merged or renamed. `tag` is empty for a retired one.
    """

    name = LineField(max_length=100)
    tag = models.ForeignKey(
        "taggit.Tag", models.SET_NULL, null=True, blank=True, related_name="former_names"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FormerTagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="former_tag_once")]

    def __str__(self) -> str:
        return self.name


class State(models.Model):
    """A state of the US, its capital district or a territory. Filled by a migration."""

    code = models.CharField(max_length=2, unique=True, help_text="Postal code, such as NH.")
    name = LineField(max_length=60)
    slug = models.SlugField(max_length=2, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/states/{self.slug}/"
