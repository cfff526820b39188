"""Queries over events, and what belongs to each of their rows, as columns of objects."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Extract, JSONObject
from django.utils import timezone
from taggit.models import TaggedItem

from competencyworks.core.models import Image, State, Topic
from competencyworks.core.publishing import PublishableQuerySet

BRIEF = ("title", "path", "kind", "starts_at", "ends_at", "zone", "cancelled_at")
# What offer.marks() reads of an event.
MARKED = (
    "sign_up", "opens_at", "closes_at", "capacity", "has_waiting_list", "pass_seats_until",
    "by_invitation", "price_note", "recording_url", "slides_url",
)  # fmt: skip


class EventQuerySet(PublishableQuerySet):
    """Queries over events; 'upcoming' and 'past' narrow what published() gives."""

    def upcoming(self, at: datetime | None = None) -> "EventQuerySet":
        """Not over yet at the moment `at` (now, if left out), the next one first."""
        return self.filter(ends_at__gt=at or timezone.now()).order_by("starts_at", "pk")

    def past(self, at: datetime | None = None) -> "EventQuerySet":
        """Over at the moment `at`, the latest one first."""
        return self.filter(ends_at__lte=at or timezone.now()).order_by("-starts_at", "-pk")

    def held(self) -> "EventQuerySet":
        """Over, and not canceled; of those in the trash and of drafts none."""
        shown = self.filter(trashed_at=None, cancelled_at=None, status="published")
        return shown.filter(ends_at__lte=timezone.now()).exclude(kind="deadline")

    def without_recording(self) -> "EventQuerySet":
        """Held online, and nothing to watch."""
        return self.held().filter(recording_url="").exclude(attendance="in_person")

    def without_attendance(self) -> "EventQuerySet":
        """Held, with people who had a seat, of whom nobody knows whether they were there."""
        from .registration import Registration

        seated = Registration.objects.confirmed().filter(event=OuterRef("pk"))
        noted = seated.exclude(attended=None)
        return self.held().filter(Exists(seated), ~Exists(noted))

    def nearest(self, at: datetime | None = None) -> "EventQuerySet":
        """Those to come first, then the past ones; of both the nearest first."""
        at = at or timezone.now()
        is_over = Case(When(ends_at__lte=at, then=1), default=0, output_field=IntegerField())
        distance = Func(Extract(F("starts_at") - at, "epoch"), function="abs")
        return self.order_by(is_over, distance, "pk")

    def last_change(self, at: datetime) -> datetime | None:
        """
        When what calendars tell of these rows last changed, up to `at`: also by what went out of
        public. Start from all rows, not from published().
        """
        found = self.aggregate(
            changed=Max("updated_at"),
            appeared=Max("publish_at", filter=Q(publish_at__lte=at)),
            left=Max("unpublish_at", filter=Q(unpublish_at__lte=at)),
            trashed=Max("trashed_at"),
        )
        return max(filter(None, found.values()), default=None)

    def brief(self) -> "EventQuerySet":
        """With what a day of a calendar shows."""
        return self.only(*BRIEF)

    def lines(self) -> "EventQuerySet":
        """With what a line of a short list shows, its marks (offer.marks) included."""
        return self.only(*BRIEF, *MARKED).annotate(seats_taken=taken_of_limited())

    def listed(self) -> "EventQuerySet":
        """With all that one row of a list shows, in one query."""
        return (
            self.select_related("picture")
            .only(
                *BRIEF, *MARKED, "lead", "attendance", "venue", "venue_address",
                *(f"picture__{name}" for name in Image.SHOWN),
            )
            .annotate(byline=people("slug", "name"), seats_taken=taken_of_limited())
        )  # fmt: skip

    def with_text(self) -> "EventQuerySet":
        """With what a feed carries."""
        return self.defer("attached_text", "vector", "body", "contents").annotate(
            byline=people("slug", "name"), topic_list=topics(), tag_list=tags()
        )

    def whole(self) -> "EventQuerySet":
        """With all that an event's own page shows, in one query."""
        return (
            self.select_related("picture")
            .defer("attached_text", "vector", "body")
            .annotate(
                people_list=people(
                    "slug", "name", "bio", portrait="portrait_id", usual_role="role",
                    usual_organization="organization",
                ),
                topic_list=topics(),
                state_list=states(),
                tag_list=tags(),
                seats_taken=taken(),
            )
            .with_links()
        )  # fmt: skip


def people(*names: str, **columns: str) -> ArraySubquery:
    """
    The presenters and hosts in their order, as objects: the named columns of core.Person, and the
    part, role and organization that they have in this event.
    """
    from .event_person import EventPerson  # which needs the queryset above

    columns = {name: name for name in names} | columns
    return ArraySubquery(
        EventPerson.objects.filter(event=OuterRef("pk")).values(
            json=JSONObject(
                part="part",
                role="role",
                organization="organization",
                **{name: f"person__{column}" for name, column in columns.items()},
            )
        )
    )


def taken() -> Subquery:
    """How many seats the confirmed parties have; None where there are none."""
    from .registration import Registration

    rows = Registration.objects.confirmed().filter(event=OuterRef("pk")).order_by()
    return Subquery(rows.values("event").annotate(sum=Sum("seats")).values("sum"))


def taken_of_limited() -> Case:
    """As taken(), but where the number of seats has no limit nothing is counted."""
    return Case(When(capacity__isnull=False, then=taken()))


def topics() -> ArraySubquery:
    return _terms(Topic.objects.offered().filter(event_items=OuterRef("pk")), key="pk")


def states() -> ArraySubquery:
    return _terms(State.objects.filter(event_items=OuterRef("pk")))


def tags() -> ArraySubquery:
    bonds = TaggedItem.objects.filter(
        object_id=OuterRef("pk"), content_type__app_label="events", content_type__model="event"
    )
    names = JSONObject(name="tag__name", slug="tag__slug")
    return ArraySubquery(bonds.order_by("tag__name").values(json=names))


def _terms(rows, **more: str) -> ArraySubquery:
    shown = JSONObject(name="name", slug="slug", **more)
    return ArraySubquery(rows.order_by("name").values(json=shown))
