import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from competencyworks.core.belongings import states, tags, topics
from competencyworks.core.discussion.threads import comment_count, outline
from competencyworks.core.history.applying import set_rows
from competencyworks.core.models import Image, Person
from competencyworks.core.one_line import LineField
from competencyworks.core.publishing import Discussed, Publishable, PublishableQuerySet
from competencyworks.core.slugs import reserved_slug_message

from ..belongings import byline, hosts

# https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html
DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_ADDRESS = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def this_year() -> int:
    return timezone.localdate().year


class PaperQuerySet(PublishableQuerySet):
    def listed(self) -> "PaperQuerySet":
        """With all that one row of a list shows, in one query."""
        return (
            self.select_related("picture")
            .only(
                "title", "path", "lead", "publish_at", "year", "publisher",
                *(f"picture__{name}" for name in Image.SHOWN),
            )
            .annotate(
                byline=byline("slug", "name", kind="paper"),
                comment_count=comment_count(self.model),
            )
        )  # fmt: skip

    def with_text(self) -> "PaperQuerySet":
        """With what a feed carries."""
        return self.defer("attached_text", "vector", "body", "contents").annotate(
            byline=byline("slug", "name", kind="paper"),
            topic_list=topics("blog_paper"),
            tag_list=tags("blog_paper"),
        )

    def whole(self) -> "PaperQuerySet":
        """With all that a paper's own page shows but for its file, in one query."""
        return (
            self.select_related("picture")
            .defer("attached_text", "vector", "body")
            .annotate(
                byline=byline(
                    "slug", "name", "role", "organization", "bio",
                    portrait="portrait_id", kind="paper",
                ),
                topic_list=topics("blog_paper"),
                state_list=states("blog_paper"),
                tag_list=tags("blog_paper"),
                talk=outline(self.model),
            )
            .with_links()
        )  # fmt: skip

    def with_file(self) -> "PaperQuerySet":
        """Only those that have a file."""
        return self.filter(models.Exists(PaperFile.objects.filter(paper=models.OuterRef("pk"))))


class Paper(Discussed, Publishable):
    """A report: its body is the abstract, its text lies in a PDF file."""

    authors = models.ManyToManyField(Person, through="PaperAuthor", related_name="papers")
    year = models.PositiveSmallIntegerField(
        default=this_year,
        validators=[MinValueValidator(1900), MaxValueValidator(2200)],
        help_text="The year printed on the paper, for lists and citations.",
    )
    publisher = LineField(
        max_length=200,
        blank=True,
        help_text="Who published the paper. If left empty, this site.",
    )
    number = LineField(
        "report number",
        max_length=60,
        blank=True,
        help_text="For a paper in a numbered series, such as “12” or “2024-03”.",
    )
    doi = LineField(
        "DOI",
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                DOI, "Enter a DOI that starts with 10. and has a slash, such as 10.1234/abc."
            )
        ],
        help_text="Optional, such as 10.1234/abc. Citations include it.",
    )
    drawn_cover = models.ForeignKey(
        Image, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = PaperQuerySet.as_manager()
    discussion_hosts = hosts("paper")

    revision_fields = (
        *Publishable.revision_fields,
        "year",
        "publisher",
        "number",
        "doi",
        "ordered_authors",
        "file_in_use",
        "discussion",
    )
    row_targets = {"ordered_authors": "core.Person", "file_in_use": "blog.PaperFile"}
    revision_reads = (*Publishable.revision_reads, "paper_authors")

    class Meta(Publishable.Meta):
        permissions = [("publish_paper", "Can publish and withdraw papers")]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["slug"], name="paper_slug_once"),
        ]
        indexes = [
            *Publishable.Meta.indexes,
            models.Index(fields=["year", "-publish_at", "-id"], name="paper_year"),
        ]

    def build_path(self) -> str:
        return f"/papers/{self.slug}/"

    @property
    def file_path(self) -> str:
        """The public address of the file, whatever file that is at present."""
        return file_path(self.path)

    @property
    def has_drawn_cover(self) -> bool:
        """Whether the picture was drawn from the file, rather than chosen."""
        return self.picture_id is not None and self.picture_id == self.drawn_cover_id

    def current_file(self) -> "PaperFile | None":
        """The newest file, without its text; None before the first."""
        return self.files.defer("text").order_by("-pk").first()

    def file_in_use(self) -> int | None:
        """Key of the current file, for revisions."""
        return self.files.order_by("-pk").values_list("pk", flat=True).first()

    def ordered_authors(self) -> list[int]:
        """Keys of the authors, in the order of the byline."""
        return [author.person_id for author in self.paper_authors.all()]

    def set_ordered_authors(self, keys: list[int]) -> int:
        """Let these people, in this order, be the authors. Returns how many no longer exist."""
        wanted = [{"person_id": key} for key in keys]
        return set_rows(self.paper_authors, wanted, "person", key=("person_id",))

    def clean_fields(self, exclude=None) -> None:
        self.doi = _DOI_ADDRESS.sub("", self.doi.strip(), count=1)
        super().clean_fields(exclude)

    def clean(self) -> None:
        super().clean()
        if message := reserved_slug_message(self.slug):
            raise ValidationError({"slug": message})


def file_path(path: str) -> str:
    """The address of the file of the paper at `path`: '/papers/x/' -> '/papers/x/x.pdf'."""
    return f"{path}{path.strip('/').rpartition('/')[2]}.pdf"


class PaperAuthor(models.Model):
    """One author of one paper, and the place in its byline."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="paper_authors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="paper_authors")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "author"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "person"], name="author_once_a_paper")
        ]

    def __str__(self) -> str:
        return str(self.person)


class PaperFile(models.Model):
    """
    One version of a paper's file. The newest is the one that the public gets; earlier ones are
    kept for staff. A row is never changed but by the sweep that reads the file.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="files")
    file = models.FileField(max_length=300)
    original_name = LineField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("size in bytes")
    pages = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField(blank=True)
    # What is due lives here: a file without `read_at` and `read_error` not processed yet.
    read_at = models.DateTimeField(null=True, blank=True)
    read_attempts = models.PositiveSmallIntegerField(default=0)
    read_lease_until = models.DateTimeField(null=True, blank=True)
    read_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(read_at=None, read_error=""),
                name="paper_file_unread",
            )
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def reading_state(self) -> str:
        """How far the reading of the text is, for staff."""
        if self.read_error:
            return self.read_error
        return "searchable" if self.read_at else "not processed yet"

    @property
    def size_text(self) -> str:
        """'1.4 MB', or for small files '320 KB'."""
        if self.size < 100_000:
            return f"{max(round(self.size / 1000), 1)} KB"
        return f"{self.size / 1e6:.1f} MB"

    @property
    def etag(self) -> str:
        """The file's entity tag (RFC 9110): the content, told by its digest."""
        return f'"{self.sha256[:32]}"'


class PaperDownloads(models.Model):
    """How often the file of a paper was fetched on one day. Nothing is kept of who did."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="downloads")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "paper downloads"
        constraints = [models.UniqueConstraint(fields=["paper", "day"], name="downloads_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
