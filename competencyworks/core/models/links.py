from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..one_line import LineField

# Characters of an address that is kept; btree rows end at about 2,700 bytes.
ADDRESS_LENGTH = 2000


class OutsideAddress(models.Model):
    """
    One address of another site, however it is spelled and wherever it is cited, and its health.

    `key` is its normal form (`links.addresses.outside_key`), `url` what is asked for.
    """

    class Health(models.TextChoices):
        UNCHECKED = "unchecked", "Not checked yet"
        ALIVE = "alive", "Working"
        FAILING = "failing", "Not responding"
        DEAD = "dead", "Dead"
        NOT_CHECKED = "not_checked", "Not checked"

    key = models.CharField(max_length=ADDRESS_LENGTH, unique=True)
    url = models.CharField("address", max_length=ADDRESS_LENGTH)
    host = models.CharField(max_length=253, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    health = models.CharField(max_length=12, choices=Health, default=Health.UNCHECKED)
    status = models.PositiveSmallIntegerField(
        "HTTP status", null=True, blank=True, help_text="Status of the last response, such as 404."
    )
    trouble = models.CharField(
        max_length=300, blank=True, help_text="What went wrong at the last check."
    )
    leads_to = models.CharField(
        max_length=ADDRESS_LENGTH, blank=True, help_text="Where its redirects lead."
    )
    moved_for_good = models.BooleanField(
        default=False,
        help_text="Whether these redirects led to another page, and all were permanent (301, 308).",
    )
    title = LineField(max_length=300, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Hash of the text on the page.")
    changed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(default=timezone.now, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    interval_days = models.PositiveSmallIntegerField(default=7)
    failed_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="Number of different days on which it has failed since it last responded.",
    )
    last_failed_on = models.DateField(null=True, blank=True)
    archived_url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archive_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "external link"
        verbose_name_plural = "external links"
        ordering = ["host", "key"]
        indexes = [
            models.Index(
                fields=["health"], condition=Q(health__in=["failing", "dead"]), name="links_in_need"
            ),
            # Which links of a page are dead is asked at each view of it, and hardly one is.
            models.Index(fields=["id"], condition=Q(health="dead"), name="links_dead"),
        ]

    def __str__(self) -> str:
        return self.url


class OutsideHost(models.Model):
    """A host that link checks ask, and what it wants: pauses, and the rules of its robots.txt."""

    host = models.CharField(max_length=253, unique=True, help_text="As in OutsideAddress.")
    free_at = models.DateTimeField(
        default=timezone.now, help_text="No requests are sent to it before this time."
    )
    # By origin ('https://www.example.org'), as links.robots keeps them.
    robots = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.host


class Link(models.Model):
    """
    That an item's text or a field of it leads somewhere. One row for an item and a target.

    The target is an address outside, an address of this site (a path in the form of
    `addresses.normalize`), or the title of a wiki page (`[[Title]]`, folded). It is kept as it was
    written; what stands there now, and whether it is public, is asked when a link is read.
    """

    source_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    source_id = models.PositiveBigIntegerField()
    source = GenericForeignKey("source_type", "source_id")
    outside = models.ForeignKey(
        OutsideAddress, models.PROTECT, null=True, blank=True, related_name="links"
    )
    path = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = LineField(max_length=300, blank=True, help_text="The link text.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outside__isnull=False, path="", title="")
                | Q(outside=None, title="") & ~Q(path="")
                | Q(outside=None, path="") & ~Q(title=""),
                name="link_leads_to_one_target",
            ),
            models.UniqueConstraint(
                fields=["source_type", "source_id", "outside", "path", "title"],
                nulls_distinct=False,
                name="link_once_in_an_item",
            ),
        ]
        indexes = [
            models.Index(fields=["path"], condition=~Q(path=""), name="links_by_path"),
            models.Index(fields=["title"], condition=~Q(title=""), name="links_by_title"),
        ]

    def __str__(self) -> str:
        return self.path or self.title or str(self.outside)


class CitedChange(models.Model):
    """
    That what a link leads to says something else since `changed_at`, and nobody has looked at the
    text with the link since. It goes when somebody has, and with the link.
    """

    link = models.ForeignKey(Link, models.CASCADE, related_name="changes")
    cited_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    cited_id = models.PositiveBigIntegerField()
    cited = GenericForeignKey("cited_type", "cited_id")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "text to review"
        verbose_name_plural = "texts to review"
        ordering = ["-changed_at", "-pk"]
        permissions = [("settle_citedchange", "Can say that a text needs no change")]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "cited_type", "cited_id"], name="cited_change_once_a_link"
            )
        ]

    def __str__(self) -> str:
        return f"{self.link.source}: {self.cited}"
