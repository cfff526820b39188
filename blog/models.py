from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from competencyworks.core.discussion.threads import outline
from competencyworks.core.models import Image, Person
from competencyworks.core.prose.richtext import RichTextField
from competencyworks.core.publishing import Discussed, Publishable, PublishableQuerySet
from competencyworks.core.slugs import reserved_slug_message

from .belongings import STATES, TAGS, TOPICS, byline


class Channel(models.Model):
    """One of the two blogs: K-12, higher education. Made by a migration."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=30, unique=True)
    tagline = models.CharField(max_length=200, blank=True, help_text="One line under the name.")
    introduction = RichTextField(
        blank=True, toolbar="small", help_text="Shown at the head of the channel's first page."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/blog/{self.slug}/"


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


class PostQuerySet(PublishableQuerySet):
    def listed(self) -> "PostQuerySet":
        """With all that one row of a list shows, in one query."""
        return (
            self.select_related("channel", "picture")
            .only(
                "title", "path", "lead", "publish_at", "channel__name", "channel__slug",
                *(f"picture__{name}" for name in Image.SHOWN),
            )
            .annotate(byline=byline("slug", "name"))
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
        )


class Post(Discussed, Publishable):
    """An article of one of the two blogs."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="posts")
    authors = models.ManyToManyField(Person, through="PostAuthor", related_name="posts")
    series = models.ForeignKey(
        Series,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        help_text="If this is a part of a series.",
    )
    series_position = models.PositiveIntegerField(
        "place in the series",
        null=True,
        blank=True,
        help_text="Any number that puts the parts in order. Readers see the parts numbered "
        "1, 2, 3 by what is published, whatever numbers stand here.",
    )

    objects = PostQuerySet.as_manager()

    revision_fields = (
        *Publishable.revision_fields,
        "channel",
        "series",
        "series_position",
        "ordered_authors",
        "discussion",
    )

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
        ]

    def build_path(self) -> str:
        day = timezone.localtime(self.publish_at or self.created_at)
        return f"/blog/{day:%Y}/{day:%m}/{self.slug}/"

    def ordered_authors(self) -> list[int]:
        """Keys of the authors, in the order of the byline."""
        return [author.person_id for author in self.post_authors.all()]

    def discussion_hosts(self) -> list[tuple[str, str]]:
        authors = self.authors.exclude(email="").order_by("post_authors__position")
        return list(authors.values_list("name", "email"))

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


def series_order() -> tuple:
    """Order of a series' parts: by place, parts without one last, then by date."""
    return (F("series_position").asc(nulls_last=True), "publish_at", "pk")
