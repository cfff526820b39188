"""Who was there. Certificates and mails afterwards ask for it."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from competencyworks.core.email_addresses import stored_form

from .models import Event, Registration

AROUND = timedelta(hours=1)  # before the way in opens, and after the end


def can_be_noted(event: Event) -> bool:
    """Whether somebody can be there by now: from an hour before the join link appears."""
    return timezone.now() >= event.join_opens_at - AROUND


def note(registrations: QuerySet[Registration], attended: bool | None) -> int:
    """
    Write down of those among `registrations` who have a seat that they attended, did not, or that
    nobody knows (None). Returns how many that changed.
    """
    with_seat = registrations.filter(status=Registration.Status.CONFIRMED)
    changed = with_seat.exclude(attended=attended)
    return Registration.objects.filter(pk__in=changed.order_by().values("pk")).update(
        attended=attended
    )


def note_seen(kind: str, meeting: str, *, registrant: str, email: str, at: datetime) -> int:
    """
    Write down that the video service saw somebody at the moment `at`: known by its key for them,
    else by their address. Returns how many registrations that changes: what has been noted stays.
    """
    rows = Event.objects.filter(
        video_kind=kind,
        video_meeting=meeting,
        starts_at__lte=at + timedelta(days=2),
        ends_at__gte=at - AROUND,
    )
    found = [event for event in rows if event.join_opens_at - AROUND <= at]
    if not found:
        return 0
    # One meeting may serve several sessions: the one that goes on, or is nearest.
    event = min(found, key=lambda each: max(each.starts_at - at, at - each.ends_at))
    open_ones = event.registrations.filter(attended=None, anonymous_at=None)
    here = Q(video_places__kind=kind, video_places__meeting=meeting)
    by_key = open_ones.filter(here, video_places__registrant=registrant) if registrant else None
    if by_key is not None and by_key.exists():
        return note(by_key, True)
    return note(open_ones.filter(email=stored_form(email)), True) if email else 0
