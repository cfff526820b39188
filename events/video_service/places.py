"""
What is due at the video service, and doing it.

Acts on registrations and events know nothing of the service. What should be there follows from the
rows that they leave; note_due() compares it with the places there are, in a few statements. A place
is claimed with a lease, and that is committed; then the service is asked; then the answer is
written down. A worker that dies between the two asks once more: the service gives an address that
it knows the same registrant.
"""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from ..models import Event, Registration, VideoPlace
from . import zoom

LEASE = timedelta(minutes=2)  # far more than the three calls that one place may take
SLICE = 5.0  # seconds of calls before the worker looks after other work
FIRST_WAIT = timedelta(seconds=15)  # doubled with each failure, up to
LONGEST_WAIT = timedelta(minutes=30)
MOST_ATTEMPTS = 30  # about twelve hours
# After an answer 429 nobody is asked about for as long as it says, but no longer than this: a limit
# of one registrant's, which lasts until midnight, must not stop the others.
LONGEST_PAUSE = timedelta(minutes=1)
BATCH = 1000
DUE = {"attempts": 0, "error": "", "failed_at": None}
NO_LINK = (
    "Zoom sent no join link. Check whether the meeting requires manual approval of registrants."
)


def is_personal(event: Event) -> bool:
    """Whether each of those online gets a way in of their own at `event`."""
    in_person = event.attendance == Event.Attendance.IN_PERSON
    return bool(event.video_meeting) and not in_person and zoom.is_on()


def own_address(registration: Registration) -> str:
    """The registrant's personal way in; '' if there is none (yet)."""
    event = registration.event
    if not is_personal(event) or not registration.is_online:
        return ""
    rows = registration.video_places.filter(
        wanted=True, kind=event.video_kind, meeting=event.video_meeting
    )
    return next(iter(rows.values_list("join_url", flat=True)), "")


def address(registration: Registration) -> str:
    """The personal address, else that of the event; '' if none is known."""
    return own_address(registration) or registration.event.join_url


def work() -> bool:
    """Find out what is due, and do it for some seconds; True if more is. Raises zoom.Away."""
    if not zoom.is_on():
        return False
    note_due()
    end = time.monotonic() + SLICE
    while time.monotonic() < end:
        place = claim()
        if place is None:
            return False
        if not attempt(place):
            return False
    return due().exists()


def note_due() -> None:
    """Make a place for each registration that should have one, and turn those that should not."""
    now = timezone.now()
    to_come = Q(registration__event__ends_at__gt=now)
    there = VideoPlace.objects.filter(
        registration=OuterRef("pk"),
        kind=OuterRef("event__video_kind"),
        meeting=OuterRef("event__video_meeting"),
    )
    missing = _entitled().filter(~Exists(there), event__ends_at__gt=now).order_by("pk")
    columns = missing.values_list("pk", "event__video_kind", "event__video_meeting")
    VideoPlace.objects.bulk_create(
        [VideoPlace(registration_id=row, kind=kind, meeting=meeting)
         for row, kind, meeting in columns[:BATCH]],
        ignore_conflicts=True,
    )  # fmt: skip
    entitled = _entitled().filter(
        pk=OuterRef("registration"),
        event__video_kind=OuterRef("kind"),
        event__video_meeting=OuterRef("meeting"),
    )
    places = VideoPlace.objects.filter(to_come)
    places.filter(~Exists(entitled), wanted=True).update(wanted=False, due_at=now, **DUE)
    # What has lost its address (see forget) is deleted first, and then registered anew.
    known = Q(join_url="") & ~Q(registrant="", asked_as="")
    back = places.filter(Exists(entitled), wanted=False).exclude(known)
    back.update(wanted=True, due_at=now, **DUE)


def _entitled() -> QuerySet[Registration]:
    """Whoever takes part online in an event that has a meeting at the service."""
    online = Q(event__attendance=Event.Attendance.ONLINE) | Q(
        event__attendance=Event.Attendance.BOTH, online=True
    )
    rows = Registration.objects.confirmed().filter(online, anonymous_at=None)
    return rows.exclude(email="").exclude(event__video_meeting="").filter(
        event__cancelled_at=None, event__trashed_at=None
    )  # fmt: skip


def due() -> QuerySet[VideoPlace]:
    """The places to ask about now that nobody is asking about."""
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    to_add = Q(wanted=True, registrant="", registration__event__ends_at__gt=Now())
    rows = VideoPlace.objects.filter(failed_at=None, due_at__lte=Now())
    return rows.filter(free, to_add | Q(wanted=False))


def claim() -> VideoPlace | None:
    """
    Take the place that is due longest, for LEASE at most; None where nothing is. Deletions come
    first: who cancelled and registers again is the same registrant to the service.
    """
    with transaction.atomic():
        rows = due().select_for_update(skip_locked=True, of=("self",), no_key=True)
        place = rows.select_related("registration").order_by("wanted", "due_at", "pk").first()
        if place is None:
            return None
        place.attempts += 1
        if place.wanted:
            place.asked_as = place.registration.email
        VideoPlace.objects.filter(pk=place.pk).update(
            leased_until=Now() + LEASE, attempts=place.attempts, asked_as=place.asked_as
        )
    return place


def attempt(place: VideoPlace) -> bool:
    """
    Ask the service about a claimed place and note what came of it; False if it wants to be left
    alone for now. Raises zoom.Away, with the place put back.
    """
    try:
        if place.wanted:
            _add(place)
        else:
            _remove(place)
    except zoom.AskLater as error:
        wait = _wait(place.attempts) if error.wait is None else timedelta(seconds=error.wait)
        pause = min(wait, LONGEST_PAUSE)
        due().filter(due_at__lt=Now() + pause).update(due_at=Now() + pause)
        _note(place, error, due_at=Now() + wait, attempts=F("attempts") - 1)
        return False
    except zoom.Away as error:
        _note(place, error, attempts=F("attempts") - 1)
        raise
    except zoom.ServiceError as error:
        if isinstance(error, zoom.Refused) or place.attempts >= MOST_ATTEMPTS:
            _note(place, error, failed_at=Now())
        else:
            _note(place, error, due_at=Now() + _wait(place.attempts))
    return True


def try_again(places: QuerySet[VideoPlace]) -> int:
    """Ask about these at once, with all tries before them. Returns how many."""
    open_ones = places.filter(Q(registrant="") | Q(wanted=False))
    return VideoPlace.objects.filter(pk__in=open_ones.values("pk")).update(due_at=Now(), **DUE)


def forget(registrations: QuerySet[Registration]) -> None:
    """
    Take the personal addresses out, and have the service forget the persons too; who still has a
    seat is then registered anew. Call it before the registrations themselves are changed.
    """
    places = VideoPlace.objects.filter(registration__in=registrations.order_by().values("pk"))
    if zoom.is_on():
        places.filter(registrant="", asked_as="").delete()
        places.update(wanted=False, join_url="", due_at=Now(), **DUE)
    else:
        places.delete()


def _add(place: VideoPlace) -> None:
    person = place.registration
    found = zoom.add(place.kind, place.meeting, place.asked_as, person.name)
    error = "" if found.join_url else NO_LINK
    with transaction.atomic():
        # Cancelled or erased meanwhile: then it is kept as what is to be deleted, no more.
        stored = VideoPlace.objects.select_for_update().filter(pk=place.pk).first()
        if stored:
            stored.registrant, stored.asked_as, stored.error = found.key, "", error
            stored.join_url = found.join_url if stored.wanted else ""
            stored.leased_until = None
            stored.save()


def _remove(place: VideoPlace) -> None:
    key = place.registrant
    if not key and place.asked_as:  # asked, and the answer got lost: who is it?
        key = zoom.add(place.kind, place.meeting, place.asked_as, "Registrant").key
    same = VideoPlace.objects.filter(
        kind=place.kind, meeting=place.meeting, registrant=key, wanted=True
    )
    if key and not same.exists():
        zoom.remove(place.kind, place.meeting, key)
    with transaction.atomic():
        stored = VideoPlace.objects.select_for_update().filter(pk=place.pk).first()
        if stored and stored.wanted:  # a seat again meanwhile: register anew
            stored.registrant = stored.join_url = stored.asked_as = ""
            stored.leased_until = None
            stored.save()
        elif stored:
            stored.delete()


def _wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 20), LONGEST_WAIT)


def _note(place: VideoPlace, error: Exception, **fields) -> None:
    rows = VideoPlace.objects.filter(pk=place.pk)
    rows.update(leased_until=None, error=str(error)[:500], **fields)
