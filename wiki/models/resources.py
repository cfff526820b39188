from html import escape

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper
from django.utils.html import format_html
from django.utils.safestring import SafeString

from competencyworks.core.dates import day_of
from competencyworks.core.email_addresses import EmailAddressField
from competencyworks.core.links.addresses import outside_for
from competencyworks.core.models import OutsideAddress
from competencyworks.core.one_line import LineField
from competencyworks.core.publishing import Discussed, Publishable
from competencyworks.core.slugs import reserved_slug_message

from .. import wikilinks
from ..catalogue import revising
from ..states import spans
from ..states.in_force import in_force
from .resource_rows import ResourceQuerySet
from .reviewing import Reviewed


class Resource(Reviewed, Discussed, Publishable):
    """
    Something outside that is worth knowing, with what our curators say of it.

    `body` is the summary in our words. The columns from `periodical` on belong to some kinds only:
    `KIND_FIELDS` says to which.
    """

    class Kind(models.TextChoices):
        REPORT = "report", "Report"
        ARTICLE = "article", "Article"
        TOOL = "tool", "Tool"
        VIDEO = "video", "Video"
        COURSE = "course", "Course"
        POLICY = "policy", "Policy"
        PROVIDER = "provider", "Provider of technical assistance"
        EXAMPLE = "example", "Example: a school or district"

    class Grades(models.TextChoices):
        EARLY = "early", "Early childhood"
        ELEMENTARY = "elementary", "Elementary"
        MIDDLE = "middle", "Middle grades"
        HIGH = "high", "High school"
        HIGHER = "higher", "Higher education"
        ADULT = "adult", "Adult learning"

    class Audience(models.TextChoices):
        TEACHERS = "teachers", "Teachers and faculty"
        SCHOOL_LEADERS = "school_leaders", "School leaders"
        DISTRICT_LEADERS = "district_leaders", "District leaders"
        POLICYMAKERS = "policymakers", "Policymakers"
        RESEARCHERS = "researchers", "Researchers"
        FAMILIES = "families", "Families and students"

    class PolicyForm(models.TextChoices):
        STATUTE = "statute", "Statute"
        REGULATION = "regulation", "Regulation"
        GUIDANCE = "guidance", "Guidance"
        WAIVER = "waiver", "Waiver"
        PILOT = "pilot", "Pilot program"

    class PolicyStage(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        IN_FORCE = "in_force", "In force"
        ENDED = "ended", "No longer in force"

    class Setting(models.TextChoices):
        SCHOOL = "school", "School"
        DISTRICT = "district", "District"
        NETWORK = "network", "Network"
        COLLEGE = "college", "College or university"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REPORT)
    url = models.CharField(
        "address",
        max_length=2000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="Its full web address, starting with https://.",
    )
    outside = models.ForeignKey(
        OutsideAddress, models.SET_NULL, null=True, editable=False, related_name="resources"
    )
    publisher = LineField(
        max_length=200, blank=True, help_text="The organization that published it."
    )
    authors = LineField(
        max_length=500, blank=True, help_text="As on its title page, separated by semicolons."
    )
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2100)]
    )
    why = models.TextField(
        "why it is worth reading", blank=True, help_text="One or two sentences for a busy reader."
    )
    grades = ArrayField(
        models.CharField(max_length=12, choices=Grades),
        verbose_name="grade bands",
        default=list,
        blank=True,
    )
    audience = ArrayField(
        models.CharField(max_length=20, choices=Audience), default=list, blank=True
    )
    superseded_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="supersedes",
        help_text="The resource that replaces this one. Readers are directed to it.",
    )
    credit = LineField(
        max_length=200,
        blank=True,
        help_text="Who suggested it, as shown to readers: “Suggested by …”",
    )
    revised_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When its content last changed, so that texts that link to it need review.",
    )

    periodical = LineField("published in", max_length=200, blank=True)
    page_count = models.PositiveIntegerField("number of pages", null=True, blank=True)
    format = LineField(max_length=100, blank=True, help_text="For example: “Rubric” or “Template”.")
    minutes = models.PositiveIntegerField("length in minutes", null=True, blank=True)
    hours = models.PositiveIntegerField("hours of work", null=True, blank=True)
    price_note = LineField(
        "price", max_length=200, blank=True, help_text="Leave empty if it is free."
    )
    policy_form = models.CharField("type of policy", max_length=12, choices=PolicyForm, blank=True)
    policy_number = LineField(
        "number", max_length=100, blank=True, help_text="For example: “SB 18” or “Rule 306.27”."
    )
    policy_stage = models.CharField("stage", max_length=10, choices=PolicyStage, blank=True)
    in_force_from = models.DateField("in force from", null=True, blank=True)
    in_force_until = models.DateField("in force until", null=True, blank=True)
    services = LineField(
        max_length=500, blank=True, help_text="What it offers, separated by semicolons."
    )
    contact_name = LineField("contact", max_length=200, blank=True)
    contact_email = EmailAddressField(
        "contact’s email address", blank=True, help_text="Shown to the public."
    )
    contact_phone = LineField(
        "contact’s phone", max_length=40, blank=True, help_text="Shown to the public."
    )
    serves_all_states = models.BooleanField("works in all states", default=False)
    setting = models.CharField("kind of example", max_length=10, choices=Setting, blank=True)
    place = LineField(max_length=200, blank=True, help_text="City or county.")
    learners = models.PositiveIntegerField("number of learners", null=True, blank=True)

    KIND_FIELDS = {
        Kind.REPORT: ("page_count",),
        Kind.ARTICLE: ("periodical",),
        Kind.TOOL: ("format", "price_note"),
        Kind.VIDEO: ("minutes",),
        Kind.COURSE: ("hours", "price_note"),
        Kind.POLICY: (
            "policy_form", "policy_number", "policy_stage", "in_force_from", "in_force_until",
        ),
        Kind.PROVIDER: (
            "services", "contact_name", "contact_email", "contact_phone", "serves_all_states",
        ),
        Kind.EXAMPLE: ("setting", "place", "learners"),
    }  # fmt: skip
    OWN_FIELDS = tuple(dict.fromkeys(name for names in KIND_FIELDS.values() for name in names))

    objects = ResourceQuerySet.as_manager()

    link_fields = (*Publishable.link_fields, "url")

    revision_fields = (
        *Publishable.revision_fields,
        "kind", "url", "publisher", "authors", "year", "why", "grades", "audience",
        "superseded_by", "credit", "owner", "review_by", "discussion", *OWN_FIELDS,
    )  # fmt: skip

    date_columns = (
        "kind", "policy_stage", "in_force_from", "in_force_until", "year", "publish_at",
    )  # fmt: skip

    @classmethod
    def date_line(cls, dates: dict) -> SafeString:
        """Of a policy since when it is in force; of all else the year, or when it was added."""
        if dates["kind"] == cls.Kind.POLICY and (said := in_force(dates)):
            return said
        if dates["year"]:
            return format_html("{}", dates["year"])
        return format_html("Added {}", day_of(dates["publish_at"]))

    class Meta(Publishable.Meta):
        permissions = [("publish_resource", "Can publish and withdraw resources")]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["slug"], name="resource_slug_once"),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__iregex="^https?://"), name="resource_url_is_of_the_web"
            ),
            models.CheckConstraint(
                condition=Q(in_force_from=None)
                | Q(in_force_until=None)
                | Q(in_force_until__gte=F("in_force_from")),
                name="policy_ends_after_it_begins",
                violation_error_message="“In force until” must be later than “in force from.”",
            ),
        ]
        indexes = [
            *Publishable.Meta.indexes,
            models.Index(
                fields=["kind", "-publish_at", "-id"],
                include=["unpublish_at"],
                condition=Q(status="published", trashed_at=None),
                name="resource_newest_of_kind",
            ),
            models.Index(
                Lower("title"),
                "id",
                condition=Q(status="published", trashed_at=None),
                name="resource_by_title",
            ),
            models.Index(
                F("year").desc(nulls_last=True),
                F("publish_at").desc(),
                F("id").desc(),
                condition=Q(status="published", trashed_at=None),
                name="resource_by_year",
            ),
            models.Index(Upper("publisher"), name="resource_publisher"),
            GinIndex(fields=["grades"], name="resource_grades"),
            GinIndex(fields=["audience"], name="resource_audience"),
        ]

    def build_path(self) -> str:
        return f"/wiki/resources/{self.slug}/"

    def derive(self) -> None:
        super().derive()
        wikilinks.mark_on(self)
        # What the search finds it by beside title and summary; it reads HTML, and sets rows apart.
        told = (
            self.why,
            self.publisher,
            self.authors,
            self.services,
            self.policy_number,
            self.place,
        )
        self.attached_text = "\n".join(
            f"<li>{escape(words, quote=False)}</li>" for words in told if words
        )

    def save(self, *args, update_fields=None, **kwargs) -> None:
        """Save, tied to the one record of its address; note a policy that says something else."""
        if update_fields is None:
            self.outside = outside_for(self.url)
        former = revising.changed_policy(self) if update_fields is None else None
        with transaction.atomic(savepoint=False):
            super().save(*args, update_fields=update_fields, **kwargs)
            if former:
                revising.note_change(self, former=former.outside_id)

    @property
    def noun(self) -> str:
        """What readers call it, as 'policy'."""
        return "resource" if self.kind == self.Kind.PROVIDER else self.Kind(self.kind).value

    def history_changed(self) -> None:
        spans.rewrite(self)

    def cites_as(self, outside) -> str:
        if self.outside_id == outside.pk:
            return "Already in the wiki as"
        return super().cites_as(outside)

    @property
    def author_names(self) -> list[str]:
        """The authors, one by one."""
        return parts(self.authors)

    @property
    def service_list(self) -> list[str]:
        """What a provider offers, one by one."""
        return parts(self.services)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """Names of the columns that belong to its kind."""
        return self.KIND_FIELDS[self.Kind(self.kind)]

    def clean(self) -> None:
        super().clean()
        if message := reserved_slug_message(self.slug):
            raise ValidationError({"slug": message})
        if self.superseded_by_id and self.superseded_by_id == self.pk:
            raise ValidationError({"superseded_by": "A resource cannot supersede itself."})


def parts(text: str) -> list[str]:
    """What stands between the semicolons of `text`."""
    return [part for each in text.split(";") if (part := each.strip())]
