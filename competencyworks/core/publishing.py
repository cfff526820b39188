"""
What every published kind of content has: text, state, dates, an address, a search vector.

'Published' is decided once, in `PublishableQuerySet.published()`; every page, list, count,
feed, sitemap and search starts from it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.safestring import SafeString
from taggit.managers import TaggableManager

from . import guids
from .addresses import remember_change, stored
from .dates import day_of
from .links import graph
from .links.changes import changed
from .links.mentions import linked
from .links.notices import dead_links
from .one_line import LineField, clean_lines_on
from .prepared import Prepared
from .prose import texts
from .prose.richtext import RichTextField
from .search import SearchQuerySet, vector_expression
from .slugs import free_slug

FREED = re.compile(r"-trash(?:-\d+)?$")  # the end of a slug that give_up_address() made


class PublishableQuerySet(SearchQuerySet):
    """Queries over one publishable kind."""

    def published(self, at: datetime | None = None) -> "PublishableQuerySet":
        """
        What the public may see at the moment `at` (now, if left out).

        Scheduled items appear, and expiring ones leave, by the comparison with the clock
        alone, so no job has to run in their minute.
        """
        at = at or timezone.now()
        return self.filter(
            Q(unpublish_at=None) | Q(unpublish_at__gt=at),
            status=Publishable.Status.PUBLISHED,
            trashed_at=None,
            publish_at__lte=at,
        )

    def kept(self) -> "PublishableQuerySet":
        """Everything that is not in the trash."""
        return self.filter(trashed_at=None)

    def newest(self) -> "PublishableQuerySet":
        """Newest first; the key settles equal dates, so that pages of a list never overlap."""
        return self.order_by("-publish_at", "-pk")

    def with_links(self) -> "PublishableQuerySet":
        """
        With `is_linked`, whether any text leads to the item (see links.mentions),
        `cited_changes`, what it cites that says something else since (see links.changes), and
        `dead_links`, which of its links no longer answer (see links.notices).
        """
        return self.annotate(
            is_linked=linked(self.model),
            cited_changes=changed(self.model),
            dead_links=dead_links(self.model),
        )

    def light(self) -> "PublishableQuerySet":
        """Without the columns that only an item's own page needs."""
        return self.defer("body", "html", "contents", "attached_text", "vector")

    def as_mentions(self, kind: str) -> "PublishableQuerySet":
        """Rows of links.mentions.Mention, whose kind is `kind`."""
        rows = self.order_by().dated().annotate(label=Value(kind, models.CharField()))
        return rows.values_list("label", "pk", "title", "path", "publish_at", "dates")

    def dated(self) -> "PublishableQuerySet":
        """With `dates`, of which Publishable.date_line() says when the item is, or was changed."""
        return self.annotate(dates=JSONObject(**{name: name for name in self.model.date_columns}))

    def at_path(self, column: str) -> "PublishableQuerySet":
        """Those whose address, without the slash at its end, is in `column` of the query around."""
        # The column is of our own code.
        return self.filter(path=RawSQL(f"{column} || '/'", (), models.CharField()))  # noqa: S611


class Publishable(models.Model):
    """Abstract base of posts, series, pages and all that has a public life of its own."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEW = "review", "In review"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = LineField(max_length=300)
    slug = models.SlugField(
        max_length=200,
        allow_unicode=True,
        blank=True,
        help_text="The last part of the web address. If left empty, it is made from the title. "
        "If you change it, the old address redirects to the new one.",
    )
    body = RichTextField("text", blank=True)
    excerpt = models.TextField(
        blank=True,
        help_text="One or two sentences for lists and feeds. If left empty, the text before the "
        "“Read more” line is used, or else the first paragraph.",
    )
    picture = models.ForeignKey(
        "core.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Shown with the item, in lists, and in social media previews.",
    )

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    publish_at = models.DateTimeField(
        "publish on",
        null=True,
        blank=True,
        help_text="If left empty, it is set when you publish. Set a time in the future to "
        "schedule the item: it will be published then.",
    )
    unpublish_at = models.DateTimeField(
        "withdraw on",
        null=True,
        blank=True,
        help_text="From this time on, the item is no longer public. Usually left empty.",
    )
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    topics = models.ManyToManyField("core.Topic", blank=True, related_name="%(class)s_items")
    states = models.ManyToManyField(
        "core.State",
        blank=True,
        related_name="%(class)s_items",
        help_text="The U.S. states this is about.",
    )
    tags = TaggableManager(
        blank=True,
        help_text="Separate tags with commas. Use existing tags where you can.",
    )

    seo_title = LineField(
        "title for search engines",
        max_length=120,
        blank=True,
        help_text="If left empty, the title is used. Search engines show about 60 characters.",
    )
    seo_description = LineField(
        "description for search engines",
        max_length=320,
        blank=True,
        help_text="If left empty, the excerpt is used. Search engines show about 155 characters.",
    )
    canonical_url = models.URLField(
        "original web address",
        max_length=500,
        blank=True,
        help_text="If this text was first published on another site, its web address there.",
    )
    hide_from_search_engines = models.BooleanField(default=False)

    # Worked out from the columns above at each save (see derive), so that a page view has
    # nothing left to compute.
    path = models.CharField(max_length=1000, editable=False, unique=True)
    guid = models.CharField(
        max_length=guids.LENGTH,
        default=guids.new_guid,
        editable=False,
        help_text="What feed readers know the item by, for its life.",
    )
    html = models.TextField(editable=False, default="", blank=True)
    lead = models.TextField(editable=False, default="", blank=True)
    contents = models.JSONField(editable=False, default=list, blank=True)
    attached_text = models.TextField(
        editable=False,
        default="",
        blank=True,
        help_text="Plain text that belongs to the item and does not stand in its body: the links "
        "of a digest, the pages of a paper. The search reads it.",
    )
    vector = models.GeneratedField(
        expression=vector_expression("title", "excerpt", "body", "attached_text"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PublishableQuerySet.as_manager()

    links = GenericRelation("core.Link", "source_id", "source_type")
    # Columns whose links the graph reads (see links.targets): HTML, and single addresses that
    # readers may see. A kind adds its own.
    link_texts = ("html",)
    link_fields = ("canonical_url",)
    path_sql = "{table}.path"  # its address in SQL

    # Columns, relations and readers of rows that a revision holds; a kind adds its own. What
    # `ordered_x` reads, `set_ordered_x` puts back. `row_targets` says whose keys such rows hold.
    row_targets: dict[str, str] = {}
    # How the values of a list are said in the history, by its field.
    value_words: dict[str, Callable[[Any], str]] = {}
    # What to prefetch before the contents of many items are read.
    revision_reads: tuple[str, ...] = ("topics", "states", "tags")
    revision_fields = (
        "title", "slug", "body", "excerpt", "picture", "status", "publish_at", "unpublish_at",
        "seo_title", "seo_description", "canonical_url", "hide_from_search_engines",
        "topics", "states", "tags",
    )  # fmt: skip

    class Meta:
        abstract = True
        ordering = ["-publish_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(publish_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_date",
                violation_error_message="A published item needs a date.",
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at=None) | Q(unpublish_at__gt=F("publish_at")),
                name="%(app_label)s_%(class)s_leaves_after_it_appears",
                violation_error_message="“Withdraw on” must be later than “publish on”.",
            ),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="%(class)s_vector"),
            models.Index(
                fields=["-publish_at", "-id"],
                include=["unpublish_at"],
                condition=Q(status="published", trashed_at=None),
                name="%(class)s_newest",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.path

    @property
    def noun(self) -> str:
        """What readers call an item of its kind, as 'post'."""
        return str(self._meta.verbose_name)

    @property
    def modified_at(self) -> datetime:
        """When it last changed, as search engines and social sites are told."""
        return self.updated_at

    def cites_as(self, outside: models.Model) -> str:
        """How the item cites an address outside, for staff, before its title."""
        return f"Cited in the {self.noun}"

    # What date_line() reads, for lists of items of several kinds.
    date_columns: tuple[str, ...] = ("publish_at",)

    @classmethod
    def date_line(cls, dates: dict) -> SafeString:
        """The date that counts for readers, as HTML, of the columns in `dates` as JSON has them."""
        return day_of(dates["publish_at"])

    def build_path(self) -> str:
        """The public address (path) that the present columns give the item."""
        raise NotImplementedError

    def slug_is_once_among(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """
        Among which items of its kind, as a filter, its slug may stand once with the `values` of a
        form: all of them.
        """
        return {}

    def holder_of_title(self, title: str) -> "Publishable | None":
        """The other item, in the trash too, that keeps this one from having `title`."""
        return None

    def give_up_address(self) -> None:
        """Take another slug, and what else keeps a new item from the place of this one."""
        others = type(self)._base_manager.exclude(pk=self.pk)
        self.slug = free_slug(f"{self.slug[:180]}-trash", others.filter, fallback="trash")

    @property
    def has_given_up_address(self) -> bool:
        """Whether it is a draft that still has the slug which give_up_address() left it."""
        return self.status == self.Status.DRAFT and bool(FREED.search(self.slug))

    def free_slug(self) -> str:
        """A slug that no other item of this kind has."""
        others = type(self)._base_manager.exclude(pk=self.pk)
        return free_slug(self.slug or self.title, others.filter, fallback=self._meta.model_name)

    @property
    def is_public(self) -> bool:
        """Whether the public sees the item now; says of one item what published() asks."""
        now = timezone.now()
        return (
            self.status == self.Status.PUBLISHED
            and self.trashed_at is None
            and self.publish_at is not None
            and self.publish_at <= now
            and (self.unpublish_at is None or self.unpublish_at > now)
        )

    @property
    def stage(self) -> str:
        """The state as staff speak of it: 'Scheduled' and 'Expired' beside the stored ones."""
        if self.trashed_at:
            return "In trash"
        if self.status == self.Status.PUBLISHED and self.publish_at and not self.is_public:
            return "Scheduled" if self.publish_at > timezone.now() else "Expired"
        return self.get_status_display()

    def clean(self) -> None:
        super().clean()
        if self.status == self.Status.PUBLISHED and self.publish_at is None:
            self.publish_at = timezone.now()  # as the help text of the field says
        if self.unpublish_at and not self.publish_at:
            raise ValidationError({"publish_at": "Say first when the item appears."})

    def derive(self) -> None:
        """
        Clean the text and fill the columns that follow from others.

        `save()` calls it; bulk_create and the like must call it for each item.
        """
        clean_lines_on(self)
        self._meta.get_field("body").clean_on(self)
        text = texts.read(self.body)
        self.html, self.contents = text.html, text.contents
        self.lead = texts.lead_of(text, self.excerpt)
        if not self.slug:
            self.slug = self.free_slug()
        if self.status == self.Status.PUBLISHED and self.publish_at is None:
            self.publish_at = timezone.now()
        self.path = self.build_path()

    def save(self, *args, update_fields=None, **kwargs) -> None:
        """
        Save, keep the address that the item had in public leading here, and record what the
        item leads to.
        """
        if update_fields is None:
            self.derive()
            self.updated_at = timezone.now()
        with transaction.atomic(savepoint=False):
            before = stored(self)
            remember_change(self, before)
            super().save(*args, update_fields=update_fields, **kwargs)
            if update_fields is None or self.links_are_in(update_fields):
                graph.record_change(self, before)

    def links_are_in(self, columns: Iterable[str]) -> bool:
        """Whether what the item leads to may change with these columns."""
        return not {"path", *self.link_texts, *self.link_fields}.isdisjoint(columns)

    def history_changed(self) -> None:
        """
        A revision was recorded, or the item went into the trash or came back.

        A kind may keep here what it reads out of its history. The item's row is locked.
        """


class Discussed(models.Model):
    """Abstract: a publishable kind under which readers may comment."""

    class Discussion(models.TextChoices):
        USUAL = "", "Site default"
        OPEN = "open", "Always open"
        CLOSED = "closed", "Closed"

    discussion = models.CharField(
        "comments", max_length=10, choices=Discussion, default=Discussion.USUAL, blank=True
    )

    class Meta:
        abstract = True

    # Name and e-mail address of those who are told of a new comment, beside moderators, by the key
    # of the `item`.
    discussion_hosts: ClassVar[Prepared | None] = None
