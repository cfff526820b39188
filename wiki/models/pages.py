from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from competencyworks.core.dates import day_of
from competencyworks.core.history.applying import set_rows
from competencyworks.core.one_line import LineField
from competencyworks.core.publishing import Discussed, Publishable
from competencyworks.core.slugs import reserved_slug_message

from .. import wikilinks
from ..titles import title_key
from .page_rows import WikiPageQuerySet
from .reviewing import Reviewed


class WikiPage(Reviewed, Discussed, Publishable):
    """A narrative page on one subject, in a tree of pages, that people write together."""

    class Listed(models.TextChoices):
        CHOSEN = "chosen", "Those chosen below, in order"
        QUERY = "query", "The newest on this page’s topics"
        BOTH = "both", "Those chosen below, then the newest on this page’s topics"
        NONE = "none", "None"

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The page this one is filed under. The web address does not change.",
    )
    position = models.PositiveIntegerField(
        "position",
        default=0,
        help_text="Lower numbers come first among pages with the same parent.",
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
    date_columns = ("updated_at",)
    row_targets = {"ordered_resources": "wiki.Resource"}
    revision_reads = (*Publishable.revision_reads, "page_resources")

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

    @classmethod
    def date_line(cls, dates: dict) -> SafeString:
        return format_html("Last changed {}", day_of(dates["updated_at"]))

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

    def holder_of_title(self, title: str) -> "WikiPage | None":
        return WikiPage.objects.filter(title_key=title_key(title)).exclude(pk=self.pk).first()

    def give_up_address(self) -> None:
        """Its title as well, by which no other page could be called."""
        super().give_up_address()
        self.title = f"{self.title[:240]} (in the trash {timezone.now():%Y-%m-%d %H:%M:%S})"

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
        if self.title and not wikilinks.is_linkable(self.title):
            raise ValidationError(
                {
                    "title": "A title needs a letter or a digit, cannot contain [ ] | < >, and "
                    "cannot begin with #."
                }
            )
        if holder := self.holder_of_title(self.title):
            where = "a page in the trash" if holder.trashed_at else "another page"
            raise ValidationError(
                {"title": (f"This is already the title of {where}. Choose another.")}
            )
        if self.stands_below_itself():
            raise ValidationError({"parent": "A page cannot be its own subpage."})

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
    note = LineField(max_length=300, blank=True, help_text="Optional. Why it is on this page.")
    position = models.PositiveSmallIntegerField("position", default=0)

    class Meta:
        verbose_name = "resource on this page"
        verbose_name_plural = "resources on this page"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "resource"], name="page_resource_once")
        ]

    def clean_fields(self, exclude=None) -> None:
        """A resource that was read is there: in a form of hundreds none is asked for again."""
        exclude = set(exclude or ())
        if self._meta.get_field("resource").is_cached(self):
            exclude.add("resource")
        super().clean_fields(exclude=exclude)

    def __str__(self) -> str:
        return str(self.resource)


class FormerTitle(models.Model):
    """A title that a page had in public: [[it]] still leads there, until a page takes it."""

    page = models.ForeignKey(WikiPage, models.CASCADE, related_name="former_titles")
    key = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        return self.key
