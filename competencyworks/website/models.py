from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.functional import cached_property

from competencyworks.core.email_addresses import EmailAddressField
from competencyworks.core.one_line import LineField
from competencyworks.core.publishing import Discussed, Publishable
from competencyworks.core.slugs import free_slug, reserved_slug_message
from competencyworks.core.standing import Standing, StandingQuerySet
from competencyworks.core.workflow import NotAllowed

from .wordpress.models import ImportedFile, ImportedItem

__all__ = ["ImportedFile", "ImportedItem", "Page", "RecordedEvent", "RelatedPost", "SiteSettings"]


ABOUT = "/about/"  # the page that says what this site is


class Page(Discussed, Publishable):
    """A page that staff keep at the root of the site: About, Contact, Advisory board."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The page this one is filed under. Its address becomes part of this page’s "
        "address.",
    )
    in_menu = models.BooleanField(
        "in the footer menu",
        default=False,
        help_text="Links to this page at the bottom of every page.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Lower numbers come first in the menu."
    )

    # Few pages are meant to be talked about; staff open those that are.
    discussion = models.CharField(
        "comments",
        max_length=10,
        choices=Discussed.Discussion,
        default=Discussed.Discussion.CLOSED,
        blank=True,
    )

    revision_fields = (*Publishable.revision_fields, "parent", "in_menu", "position", "discussion")

    class Meta(Publishable.Meta):
        permissions = [("publish_page", "Can publish and withdraw pages")]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["parent", "slug"], name="page_slug_once", nulls_distinct=False
            ),
        ]

    def build_path(self) -> str:
        above = self.parent.path if self.parent_id else "/"
        return f"{above}{self.slug}/"

    def slug_is_once_among(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"parent": values.get("parent", self.parent)}

    def give_up_address(self) -> None:
        """Raises NotAllowed where pages stand below: their addresses would change with it."""
        if self.children.filter(trashed_at=None).exists():
            raise NotAllowed(
                f"“{self}” has subpages whose addresses would change too. Move them first."
            )
        super().give_up_address()

    def free_slug(self) -> str:
        others = Page.objects.filter(parent=self.parent_id).exclude(pk=self.pk)
        return free_slug(self.slug or self.title, others.filter, fallback="page")

    def clean(self) -> None:
        super().clean()
        if not self.parent_id and (message := reserved_slug_message(self.slug)):
            raise ValidationError({"slug": message})
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": "A page cannot be its own subpage."})
            above = above.parent

    def save(self, *args, **kwargs) -> None:
        """Save; where the address changed, move the pages below along."""
        before = Page.objects.filter(pk=self.pk).values_list("path", flat=True).first()
        super().save(*args, **kwargs)
        if before is not None and before != self.path:
            for child in self.children.all():
                child.parent = self
                child.save()


def menu_entries(at=None) -> models.QuerySet:
    """Title and path, as objects, of the staff pages in the footer menu at the moment `at`."""
    pages = Page.objects.published(at).filter(in_menu=True).order_by("position", "title")
    return pages.values_list(JSONObject(title="title", path="path"), flat=True)


class RecordedEvent(models.Model):
    """The post that was made of an event: one, however often staff ask for it."""

    event = models.OneToOneField("events.Event", models.CASCADE, related_name="+")
    post = models.OneToOneField("blog.Post", models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.event} → {self.post}"


class RelatedPost(models.Model):
    """A post that staff chose to stand beside an event, and the event beside it."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="related_posts")
    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "post"], name="website_related_post_once")
        ]

    def __str__(self) -> str:
        return str(self.post)


class SiteSettingsQuerySet(StandingQuerySet):
    def with_menu(self, at=None) -> "SiteSettingsQuerySet":
        """With the menu of the moment `at` (now, if left out), in one query."""
        return self.annotate(menu=ArraySubquery(menu_entries(at)))


class SiteSettings(Standing):
    """What staff may say once for the whole site. One row."""

    name = LineField(max_length=100, default="CompetencyWorks")
    tagline = LineField(
        max_length=60,
        blank=True,
        default="An online resource on competency education",
        help_text="What this site is, in a few words. Shown as one line below its name, without "
        "a period.",
    )
    purpose = models.TextField(
        blank=True, help_text="One or two sentences, shown on the home page and in the footer."
    )
    description = LineField(
        max_length=320, blank=True, help_text="Describes the site for search engines."
    )
    project_of = LineField(
        "a project of",
        max_length=200,
        blank=True,
        help_text="Name of the organization that runs the site.",
    )
    project_url = models.URLField("the owner's site", blank=True)
    owner_mark = models.ForeignKey(
        "core.Image", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    licence = LineField(
        max_length=300, blank=True, help_text=("One line at the bottom of every page.")
    )
    licence_url = models.URLField(blank=True)
    contact_email = EmailAddressField(blank=True, help_text="Shown to the public.")
    is_demo = models.BooleanField(default=False, editable=False)

    objects = SiteSettingsQuerySet.as_manager()

    link_fields = ("project_url", "licence_url")

    class Meta:
        verbose_name = "site settings"
        verbose_name_plural = "site settings"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_site")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return "/"

    def cites_as(self, outside) -> str:
        return "At the foot of every page of"

    @cached_property
    def menu(self) -> list[dict[str, str]]:
        """Title and path of the staff pages in the footer menu."""
        return list(menu_entries())

    @property
    def has_about(self) -> bool:
        """Whether a page at /about/ is in the menu, so that the masthead may link to it."""
        return any(entry["path"] == ABOUT for entry in self.menu)

    def save(self, *args, **kwargs) -> None:
        self.pk = 1
        super().save(*args, **kwargs)


class SearchWord(models.Model):
    """
    A word of public titles and leads, and in how many it stands. Written anew by the worker
    (search_words); a search that finds nothing is compared with them.
    """

    word = models.CharField(max_length=30, primary_key=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word
