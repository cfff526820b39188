import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.safestring import SafeString

from competencyworks.core.history.applying import set_rows
from competencyworks.core.models import Person
from competencyworks.core.one_line import LineField
from competencyworks.core.prose.richtext import RichTextField
from competencyworks.core.publishing import Publishable
from competencyworks.core.slugs import reserved_slug_message

from ..calendar_ids import LENGTH, new_uid
from ..date_line import date_line
from ..reminder_times import reminder_words
from ..zones import DEFAULT_ZONE, is_zone, zone_choices
from .event_rows import EventQuerySet
from .video_place import VideoKind

MEETING = re.compile(r"[0-9]{9,12}")
MEETING_GAPS = re.compile(r"[\s-]+")


class Event(Publishable):
    """A webinar, conference, meeting or deadline: one dated session, with its registration."""

    class Kind(models.TextChoices):
        WEBINAR = "webinar", "Webinar"
        CONFERENCE = "conference", "Conference"
        MEETING = "meeting", "Meeting"
        DEADLINE = "deadline", "Deadline"

    class Attendance(models.TextChoices):
        ONLINE = "online", "Online"
        IN_PERSON = "in_person", "In person"
        BOTH = "both", "Online and in person"

    class SignUp(models.TextChoices):
        FORM = "form", "Form on this site"
        OUTSIDE = "outside", "On another website"
        NONE = "none", "No registration"

    SEATS_PASS_BEFORE = timedelta(hours=2)

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.WEBINAR)
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    zone = models.CharField(
        "time zone",
        max_length=60,
        default=DEFAULT_ZONE,
        choices=zone_choices,
        help_text="The times are in this time zone, including daylight saving time.",
    )

    attendance = models.CharField(max_length=10, choices=Attendance, default=Attendance.ONLINE)
    venue = LineField(max_length=200, blank=True)
    venue_address = LineField("venue address", max_length=300, blank=True)
    price_note = LineField(
        "price", max_length=200, blank=True, help_text="If left empty, the event is free."
    )
    hosts = LineField(
        max_length=300, blank=True, help_text="Organizations, such as “Alderbrook Institute”."
    )
    people = models.ManyToManyField(Person, through="EventPerson", related_name="events")

    # The way in. Shown to confirmed registrants alone: never on a public page, in a feed, a
    # calendar or a search (a test looks for it in all of them).
    join_url = models.URLField(
        "join link",
        max_length=1000,
        blank=True,
        help_text="The web address of the video conference. Only people with a confirmed seat "
        "receive it.",
    )
    join_note = RichTextField(
        "note for online attendees",
        blank=True,
        toolbar="small",
        help_text="For example, passcode and phone numbers. Only people with a confirmed seat "
        "receive it.",
    )
    venue_note = RichTextField(
        "note for in-person attendees",
        blank=True,
        toolbar="small",
        help_text="For example, room and parking. Only people with a confirmed seat receive it.",
    )
    join_opens_minutes = models.PositiveSmallIntegerField(
        "join link appears", default=15, help_text="Minutes before the start."
    )

    video_meeting = models.CharField(
        "video service meeting",
        max_length=20,
        blank=True,
        help_text="The Zoom meeting number, such as 123 4567 8901. Registration must be turned "
        "on in Zoom. Online attendees are then registered there, and each receives a personal "
        "join link.",
    )
    video_kind = models.CharField(
        "type of meeting", max_length=8, choices=VideoKind, default=VideoKind.MEETING
    )

    sign_up = models.CharField("registration", max_length=10, choices=SignUp, default=SignUp.FORM)
    outside_url = models.URLField("registration link", max_length=1000, blank=True)
    opens_at = models.DateTimeField("registration opens", null=True, blank=True)
    closes_at = models.DateTimeField(
        "registration closes",
        null=True,
        blank=True,
        help_text="If left empty, registration closes when the event ends.",
    )
    capacity = models.PositiveIntegerField(
        "seats",
        null=True,
        blank=True,
        help_text="If left empty, the number of seats is not limited.",
    )
    has_waiting_list = models.BooleanField("waiting list", default=True)
    pass_seats_until = models.DateTimeField(
        "waiting list gets seats until",
        null=True,
        blank=True,
        help_text="Until then, a seat that becomes free goes to the waiting list. If left empty, "
        "until two hours before the start. After that, a seat that becomes free stays free: you "
        "can give it to someone by hand. Seats that you add go to the waiting list in any case.",
    )
    largest_party = models.PositiveSmallIntegerField(
        "seats per registration",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text="Up to 10. A group gets all its seats together or waits together.",
    )
    by_invitation = models.BooleanField(
        "by invitation only",
        default=False,
        help_text="The registration form asks for an invitation code.",
    )
    reminder_minutes = ArrayField(
        models.PositiveIntegerField(),
        default=list,
        blank=True,
        help_text="How long before the start to email reminders. For example: 1 day, 1 hour.",
    )
    kept_days = models.PositiveIntegerField(
        "days to keep registrations",
        default=365,
        help_text="After this many days past the event, names and email addresses are deleted. "
        "Counts are kept.",
    )

    slides_url = models.URLField("slides", max_length=1000, blank=True)
    recording_url = models.URLField("recording", max_length=1000, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = LineField(max_length=500, blank=True, editable=False)
    # RFC 5545, 3.8.7.4: raised when time or place change, so that calendars take the new one.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    uid = models.CharField(max_length=LENGTH, unique=True, default=new_uid, editable=False)
    # The start that readers knew before, where a public event was moved to another one.
    moved_from = models.DateTimeField(null=True, editable=False)
    repetition = models.ForeignKey(
        "events.Repetition",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="sessions",
    )
    # The start that the rule gave a session: it is known by it, also where it was moved since.
    rule_date = models.DateTimeField(null=True, editable=False)

    objects = EventQuerySet.as_manager()

    # Not the way in: what readers may not see is in no list and asked of no other site.
    link_fields = (*Publishable.link_fields, "outside_url", "slides_url", "recording_url")

    revision_fields = (
        *Publishable.revision_fields,
        "kind", "starts_at", "ends_at", "zone", "attendance", "venue", "venue_address",
        "price_note", "hosts", "ordered_people", "join_url", "join_note", "venue_note",
        "join_opens_minutes", "video_meeting", "video_kind", "sign_up", "outside_url", "opens_at",
        "closes_at", "capacity", "has_waiting_list", "pass_seats_until", "largest_party",
        "by_invitation",
        "reminder_minutes", "kept_days", "slides_url", "recording_url",
    )  # fmt: skip
    row_targets = {"ordered_people": "core.Person"}
    value_words = {"reminder_minutes": reminder_words}
    revision_reads = (*Publishable.revision_reads, "event_people")

    date_columns = ("starts_at", "ends_at", "zone", "cancelled_at")

    @classmethod
    def date_line(cls, dates: dict) -> SafeString:
        """Its days and hours, and whether it is canceled or over."""
        return date_line(dates)

    class Meta(Publishable.Meta):
        permissions = [("publish_event", "Can publish, withdraw and cancel events")]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["slug"], name="event_slug_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")),
                name="event_ends_after_it_starts",
                violation_error_message="The event must end after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="event_closes_after_it_opens",
                violation_error_message="Registration must close after it opens.",
            ),
            models.CheckConstraint(
                condition=Q(largest_party__gte=1, largest_party__lte=10),
                name="event_party_of_ten_at_most",
            ),
            models.UniqueConstraint(
                fields=["repetition", "rule_date"], name="event_session_once_a_date"
            ),
        ]
        indexes = [
            *Publishable.Meta.indexes,
            models.Index(
                fields=["starts_at", "id"],
                include=["publish_at", "unpublish_at", "ends_at"],
                condition=Q(status="published", trashed_at=None),
                name="event_dates",
            ),
        ]

    def build_path(self) -> str:
        return f"/events/{self.slug}/"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def seats_pass_until(self) -> datetime:
        """Until when a seat that becomes free goes to the waiting list."""
        return self.pass_seats_until or self.starts_at - self.SEATS_PASS_BEFORE

    @property
    def has_open_list(self) -> bool:
        """Whether somebody who finds no seat can wait for one."""
        return self.has_waiting_list and timezone.now() < self.seats_pass_until

    @property
    def passes_seats_on(self) -> bool:
        """Whether a seat that becomes free now goes to the waiting list."""
        return self.is_public and timezone.now() < self.seats_pass_until

    def has_fewer_seats_than(self, capacity: int | None) -> bool:
        if self.capacity is None:
            return False
        return capacity is None or self.capacity < capacity

    @property
    def join_opens_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.join_opens_minutes)

    def ordered_people(self) -> list[list]:
        """Key, part, role and organization of each person, in their order."""
        rows = self.event_people.all()
        return [[row.person_id, row.part, row.role, row.organization] for row in rows]

    def set_ordered_people(self, rows: list[list]) -> int:
        """Let these be the presenters and hosts. Returns how many no longer exist."""
        names = ("person_id", "part", "role", "organization")
        wanted = [dict(zip(names, row, strict=True)) for row in rows]
        return set_rows(self.event_people, wanted, "person", key=("person_id", "part"))

    def clean(self) -> None:
        super().clean()
        errors = {}
        if message := reserved_slug_message(self.slug):
            errors["slug"] = message
        if not is_zone(self.zone):
            errors["zone"] = "Choose a time zone from the list."
        if self.sign_up == self.SignUp.OUTSIDE and not self.outside_url:
            errors["outside_url"] = "Enter the link where people register."
        if self.attendance != self.Attendance.ONLINE and not self.venue:
            errors["venue"] = "Enter the venue."
        # As the service shows it, in groups of figures.
        self.video_meeting = MEETING_GAPS.sub("", self.video_meeting)
        if self.video_meeting and not MEETING.fullmatch(self.video_meeting):
            errors["video_meeting"] = "Enter the meeting number: 9 to 12 digits."
        if errors:
            raise ValidationError(errors)


class Repetition(models.Model):
    """
    The rule by which the sessions of a repeated event were made (RFC 5545, 3.3.10), as
    'FREQ=WEEKLY;COUNT=6'. Each session is an event of its own, to be changed by itself.
    """

    rule = LineField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.rule
