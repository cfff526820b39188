from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from competencyworks.core.belongings import states, tags, topics
from competencyworks.core.discussion.threads import comment_count, outline
from competencyworks.core.history.applying import set_rows
from competencyworks.core.models import Image, Person
from competencyworks.core.one_line import LineField
from competencyworks.core.prose.richtext import RichTextField
from competencyworks.core.publishing import Discussed, Publishable, PublishableQuerySet
from competencyworks.core.slugs import reserved_slug_message
from competencyworks.core.standing import Standing

from . import digests, updates
from .belongings import byline, hosts
from .papers.models import Paper, PaperAuthor, PaperDownloads, PaperFile

__all__ = [
    "Channel",
    "Paper",
    "PaperAuthor",
    "PaperDownloads",
    "PaperFile",
    "Post",
    "PostAuthor",
    "PostQuerySet",
    "Series",
    "series_order",
]


class Channel(Standing):
    """One of the two blogs: K-12, higher education. Made by a migration."""

    name = LineField(max_length=60)
    slug = models.SlugField(max_length=30, unique=True)
    tagline = LineField(max_length=200, blank=True, help_text="One line under the name.")
    introduction = RichTextField(
        blank=True, toolbar="small", help_text="Shown at the top of the channel’s first page."
    )
    position = models.PositiveSmallIntegerField(default=0)

    link_texts = ("introduction",)
    path_start = "/blog/"

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=["feed", "whats-new"]),
                name="channel_slug_is_no_fixed_address",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Series(Publishable):
    """Articles that belong together, in an order."""

    class Meta(Publishable.Meta):
        verbose_name_plural = "series"
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["slug"], name="series_slug_once"),
        ]

    def build_path(self) -> str:
        return f"/series/{self.slug}/"


# Of its series a post shows title and address.
SERIES_UNSHOWN = [
    f"series__{name}" for name in ("body", "html", "contents", "attached_text", "vector")
]


TOPICS, STATES, TAGS = topics("blog_post"), states("blog_post"), tags("blog_post")


class PostQuerySet(PublishableQuerySet):
    def listed(self) -> "PostQuerySet":
        """With all that one row of a list shows, in one query."""
        return (
            self.select_related("channel", "picture")
            .only(
                "title", "path", "lead", "publish_at", "channel__name", "channel__slug",
                *(f"picture__{name}" for name in Image.SHOWN),
            )
            .annotate(byline=byline("slug", "name"), comment_count=comment_count(self.model))
        )  # fmt: skip

    def in_series(self, series: Series) -> "PostQuerySet":
        """The parts of `series`, in its order."""
        return self.filter(series=series).order_by(*series_order())

    def with_text(self) -> "PostQuerySet":
        """With what a feed carries."""
        return (
            self.select_related("channel", "series")
            .defer("attached_text", "vector", "body", "contents", *SERIES_UNSHOWN)
            .annotate(byline=byline("slug", "name"), topic_list=TOPICS, tag_list=TAGS)
        )

    def whole(self) -> "PostQuerySet":
        """With all that a post's own page shows, in one query."""
        return (
            self.select_related("channel", "picture", "series")
            .defer("attached_text", "vector", "body", *SERIES_UNSHOWN)
            .annotate(
                byline=byline(
                    "slug", "name", "role", "organization", "bio", portrait="portrait_id"
                ),
                topic_list=TOPICS,
                state_list=STATES,
                tag_list=TAGS,
                talk=outline(self.model),
            )
            .with_links()
        )


class Post(Discussed, Publishable):
    """An item of one of the two blogs: an article, or a digest of links."""

    class Form(models.TextChoices):
        ARTICLE = "article", "Article"
        DIGEST = "digest", "Digest"

    form = models.CharField(max_length=10, choices=Form, default=Form.ARTICLE, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="posts")
    authors = models.ManyToManyField(Person, through="PostAuthor", related_name="posts")
    series = models.ForeignKey(
        Series,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        help_text="Leave empty unless this is part of a series.",
    )
    series_position = models.PositiveIntegerField(
        "position in the series",
        null=True,
        blank=True,
        help_text="Any number that puts the parts in order. Readers see the published parts "
        "numbered 1, 2, 3, whatever numbers you use here.",
    )

    revised_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When the text readers see last changed by more than typos.",
    )

    objects = PostQuerySet.as_manager()
    discussion_hosts = hosts("post")

    revision_fields = (
        *Publishable.revision_fields,
        "channel",
        "series",
        "series_position",
        "ordered_authors",
        "discussion",
        "form",
        "ordered_rows",
    )

    row_targets = {"ordered_authors": "core.Person"}
    revision_reads = (*Publishable.revision_reads, "post_authors", "digest_rows")

    class Meta(Publishable.Meta):
        permissions = [("publish_post", "Can publish and withdraw posts")]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["slug"], name="post_slug_once"),
        ]
        indexes = [
            *Publishable.Meta.indexes,
            models.Index(
                fields=["channel", "-publish_at", "-id"],
                include=["unpublish_at"],
                condition=Q(status="published", trashed_at=None),
                name="post_newest_in_channel",
            ),
            models.Index(fields=["series", "series_position", "publish_at"], name="post_series"),
            models.Index(
                fields=["-publish_at", "-id"],
                include=["unpublish_at"],
                condition=Q(status="published", trashed_at=None, form="digest"),
                name="post_newest_digests",
            ),
        ]

    def build_path(self) -> str:
        day = timezone.localtime(self.publish_at or self.created_at)
        return f"/blog/{day:%Y}/{day:%m}/{self.slug}/"

    def ordered_authors(self) -> list[int]:
        """Keys of the authors, in the order of the byline."""
        return [author.person_id for author in self.post_authors.all()]

    def set_ordered_authors(self, keys: list[int]) -> int:
        """Let these people, in this order, be the authors. Returns how many no longer exist."""
        wanted = [{"person_id": key} for key in keys]
        return set_rows(self.post_authors, wanted, "person", key=("person_id",))

    def ordered_rows(self) -> list[dict[str, str]]:
        """The rows of a digest, in their order; an article has none."""
        return digests.content_of(self) if self.is_digest else []

    def set_ordered_rows(self, rows: list[dict[str, str]]) -> int:
        """Let these be the rows of a digest; an article has none."""
        if self.is_digest:
            digests.set_rows(self, [DigestRow(**row) for row in rows])
        return 0

    @property
    def is_digest(self) -> bool:
        return self.form == self.Form.DIGEST

    @property
    def modified_at(self) -> datetime:
        return max(filter(None, (self.publish_at, self.revised_at)), default=self.updated_at)

    @property
    def updated_on(self) -> datetime | None:
        """When readers got other words, unless it was on the day on which the post appeared."""
        appeared, revised = self.publish_at, self.revised_at
        if not (appeared and revised) or revised < appeared:
            return None
        is_same_day = timezone.localtime(appeared).date() == timezone.localtime(revised).date()
        return None if is_same_day else revised

    def history_changed(self) -> None:
        updates.note_update(self)

    def derive(self) -> None:
        super().derive()
        if self.is_digest:
            digests.derive(self)

    def cites_as(self, outside) -> str:
        return "Already shared in the digest" if self.is_digest else super().cites_as(outside)

    def clean(self) -> None:
        super().clean()
        if message := reserved_slug_message(self.slug):
            raise ValidationError({"slug": message})


class PostAuthor(models.Model):
    """One author of one post, and the place in its byline."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="post_authors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="post_authors")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "author"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="author_once_a_post")
        ]
        indexes = [models.Index(fields=["person", "post"], name="author_posts")]

    def __str__(self) -> str:
        return str(self.person)


class DigestManager(models.Manager.from_queryset(PostQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(form=Post.Form.DIGEST)


class Digest(Post):
    """The posts that are digests; whatever is saved through it becomes one."""

    objects = DigestManager()

    class Meta:
        proxy = True

    def derive(self) -> None:
        self.form = self.Form.DIGEST
        super().derive()


class DigestRow(models.Model):
    """
    One row of a digest: a link, or the heading of the links that follow it.

    The rows of a digest are one flat list, so that any row can go anywhere. Readers see what
    `digests.settle()` has made of them.
    """

    class Kind(models.TextChoices):
        LINK = "link", "Link"
        SECTION = "section", "Section heading"

    post = models.ForeignKey(Post, models.CASCADE, related_name="digest_rows")
    position = models.PositiveIntegerField("position", default=0)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.LINK)
    title = LineField(max_length=300)
    url = models.CharField(
        "address",
        max_length=2000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    source = LineField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = "row"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="digest_row_has_title"),
            models.CheckConstraint(
                condition=Q(kind="link", url__iregex="^https?://")
                | Q(kind="section", url="", source=""),
                name="digest_row_has_what_its_kind_needs",
            ),
        ]

    def __str__(self) -> str:
        return self.title


def series_order() -> tuple:
    """Order of a series' parts: by place, parts without one last, then by date."""
    return (F("series_position").asc(nulls_last=True), "publish_at", "pk")
