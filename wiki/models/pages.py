from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from competencyworks.core.history.applying import set_rows
from competencyworks.core.publishing import Discussed, Publishable
from competencyworks.core.slugs import reserved_slug_message

from .. import wikilinks
from ..titles import title_key
from .page_rows import WikiPageQuerySet
from .reviewing import Reviewed


class WikiPage(Reviewed, Discussed, Publishable):
    """A narrative page on one subject, in a tree of pages, that people write together."""

    class Listed(models.TextChoices):
        CHOSEN = "chosen", "Those chosen below, in their order"
        QUERY = "query", "The newest of this page’s topics"
        BOTH = "both", "Those chosen below, then the newest of this page’s topics"
        NONE = "none", "None"

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The page under which readers find this one. Its address does not change.",
    )
    position = models.PositiveIntegerField(
        "place", default=0, help_text="Lower numbers come first among the pages beside it."
    )
    listed = models.CharField(
        "resources shown",
        max_length=10,
        choices=Listed,
        default=Listed.BOTH,
    )
    resources = models.ManyToManyField(
        "wiki.Resource", through="PageResource", related_name="pages"
    )
    # By it [[Title]] finds the page.
    title_key = models.CharField(max_length=300, editable=False, unique=True)

    objects = WikiPageQuerySet.as_manager()

    revision_fields = (
        *Publishable.revision_fields,
        "parent", "position", "listed", "ordered_resources", "owner", "review_by", "discussion",
    )  # fmt: skip
    row_targets = {"ordered_resources": "wiki.Resource"}

    class Meta(Publishable.Meta):
        verbose_name = "wiki page"
        permissions = [
            ("publish_wikipage", "Can publish and withdraw wiki pages"),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["slug"], name="wikipage_slug_once"),
            models.CheckConstraint(condition=~Q(title_key=""), name="wikipage_has_title"),
        ]
        indexes = [
            *Publishable.Meta.indexes,
            models.Index(fields=["parent", "position", "title"], name="wikipage_tree"),
            models.Index(
                fields=["position", "title", "id"],
                condition=Q(status="published", trashed_at=None),
                name="wikipage_order",
            ),
        ]

    def build_path(self) -> str:
        return f"/wiki/{self.slug}/"

    def derive(self) -> None:
        super().derive()
        wikilinks.mark_on(self)
        self.title_key = title_key(self.title)

    def save(self, *args, update_fields=None, **kwargs) -> None:
        """Save, and keep the title that the page had in public leading here."""
        with transaction.atomic(savepoint=False):
            if update_fields is None and self.pk:
                self._remember_title()
            super().save(*args, update_fields=update_fields, **kwargs)

    def _remember_title(self) -> None:
        before = WikiPage.objects.filter(pk=self.pk).only("title_key", "status").first()
        if before is None or before.title_key == (key := title_key(self.title)):
            return
        FormerTitle.objects.filter(page=self, key=key).delete()
        if before.status in (self.Status.PUBLISHED, self.Status.WITHDRAWN):
            FormerTitle.objects.update_or_create(
                key=before.title_key, defaults={"page_id": self.pk}
            )

    def ordered_resources(self) -> list[list]:
        """Key and note of each resource that was set in place, in their order."""
        return [[row.resource_id, row.note] for row in self.page_resources.all()]

    def set_ordered_resources(self, rows: list[list]) -> int:
        """Set these resources in place, with their notes. Returns how many no longer exist."""
        wanted = [{"resource_id": key, "note": note} for key, note in rows]
        return set_rows(self.page_resources, wanted, "resource", key=("resource_id",))

    def clean(self) -> None:
        super().clean()
        if message := reserved_slug_message(self.slug):
            raise ValidationError({"slug": message})
        if not wikilinks.is_linkable(self.title):
            raise ValidationError(
                {"title": "A title needs a letter or a digit, and none of the signs [ ] | < >."}
            )
        key = title_key(self.title)
        if WikiPage.objects.filter(title_key=key).exclude(pk=self.pk).exists():
            raise ValidationError({"title": "Another page has this title. Choose another."})
        if self.stands_below_itself():
            raise ValidationError({"parent": "A page cannot stand below itself."})

    def stands_below_itself(self) -> bool:
        """Whether its `parent` is the page itself or stands below it. A query for each level."""
        key, seen = self.parent_id, {self.pk}
        while key is not None and key not in seen:
            seen.add(key)
            key = WikiPage.objects.values_list("parent", flat=True).filter(pk=key).first()
        return key is not None


class PageResource(models.Model):
    """One resource set in place on one page."""

    page = models.ForeignKey(WikiPage, models.CASCADE, related_name="page_resources")
    resource = models.ForeignKey("wiki.Resource", models.PROTECT, related_name="page_resources")
    note = models.CharField(
        max_length=300, blank=True, help_text="Why it stands here, if it needs saying."
    )
    position = models.PositiveSmallIntegerField("place", default=0)

    class Meta:
        verbose_name = "resource on this page"
        verbose_name_plural = "resources on this page"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "resource"], name="page_resource_once")
        ]

    def __str__(self) -> str:
        return str(self.resource)


class FormerTitle(models.Model):
    """A title that a page had in public: [[it]] still leads there, until a page takes it."""

    page = models.ForeignKey(WikiPage, models.CASCADE, related_name="former_titles")
    key = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        return self.key
