"""Queries over events, and what belongs to each of their rows, as columns of objects."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, Func, IntegerField, OuterRef, Subquery, Sum, When
from django.db.models.functions import Extract, JSONObject
from django.utils import timezone
from taggit.models import TaggedItem

from competencyworks.core.models import Image, State, Topic
from competencyworks.core.publishing import PublishableQuerySet


class EventQuerySet(PublishableQuerySet):
    """Queries over events; 'upcoming' and 'past' narrow what published() gives."""

    def upcoming(self, at: datetime | None = None) -> "EventQuerySet":
        """Not over yet at the moment `at` (now, if left out), the next one first."""
        return self.filter(ends_at__gt=at or timezone.now()).order_by("starts_at", "pk")

    def past(self, at: datetime | None = None) -> "EventQuerySet":
        """Over at the moment `at`, the latest one first."""
        return self.filter(ends_at__lte=at or timezone.now()).order_by("-starts_at", "-pk")

    def nearest(self, at: datetime | None = None) -> "EventQuerySet":
        """Those to come first, then the past ones; of both the nearest first."""
        at = at or timezone.now()
        is_over = Case(When(ends_at__lte=at, then=1), default=0, output_field=IntegerField())
        distance = Func(Extract(F("starts_at") - at, "epoch"), function="abs")
        return self.order_by(is_over, distance, "pk")

    def brief(self) -> "EventQuerySet":
        """With what a line of a short list or a day of a calendar shows."""
        return self.only(
            "title", "path", "kind", "starts_at", "ends_at", "zone", "cancelled_at"
        )  # fmt: skip

    def listed(self) -> "EventQuerySet":
        """With all that one row of a list shows, in one query."""
        return (
            self.select_related("picture")
            .only(
                "title", "path", "lead", "kind", "starts_at", "ends_at", "zone", "attendance",
                "venue", "venue_address", "cancelled_at", "recording_url", "slides_url",
                *(f"picture__{name}" for name in Image.SHOWN),
            )
            .annotate(byline=people("slug", "name"))
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
    from .event import EventPerson  # which needs the queryset above

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


def topics() -> ArraySubquery:
    return _terms(Topic.objects.filter(event_items=OuterRef("pk")), key="pk")


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
