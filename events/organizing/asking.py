"""What an organizer should know before an act on an event that people registered for."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from competencyworks.core.asking_before_saving import Question

from .. import registration, times
from ..changes import Told
from ..models import Event, Registration
from ..moments import moment
from ..stored_answers import people

Status = Registration.Status
WITHOUT_EMAIL = "_without_email"
NOT_TOLD = "They will not be emailed."
CANCEL_INSTEAD = "To tell them that it does not take place, cancel the event instead."


def registrants_of(events: Iterable[Event]) -> dict[int, str]:
    """
    Who holds a seat and who waits, in words, by the key of each event that is ahead and not
    canceled: 'A seat is held by 12 registrants, and 3 are on the waiting list.' One query.
    """
    concerned = [event for event in events if not event.is_over and not event.is_cancelled]
    rows = Registration.objects.filter(event__in=concerned).exclude(status=Status.CANCELLED)
    counts = (
        rows.order_by()
        .values("event")
        .annotate(
            seated=Count("pk", filter=Q(status=Status.CONFIRMED)),
            waiting=Count("pk", filter=Q(status=Status.WAITING)),
        )
    )
    return {each["event"]: _in_words(each["seated"], each["waiting"]) for each in counts}


def _in_words(seated: int, waiting: int) -> str:
    found = []
    if seated:
        found.append(f"{people(seated)} {'has' if seated == 1 else 'have'} a seat")
    if waiting:
        found.append(_waiting(waiting))
    return f"{' and '.join(found)}."


def warnings(events: Iterable[Event], *, may_cancel: bool) -> dict[int, SafeString]:
    """What to read beside each event that people registered for, before it is taken away."""
    events = list(events)
    told = registrants_of(events)
    found = {}
    for event in events:
        if words := told.get(event.pk):
            url = reverse("admin:events_event_cancel", args=[event.pk])
            link = format_html('<a href="{}">Cancel the event instead</a>', url)
            found[event.pk] = format_html("{} {} {}", words, NOT_TOLD, link if may_cancel else "")
    return found


def questions(
    before: Event, event: Event, told: Told, *, may_cancel: bool, at: datetime | None = None
) -> list[Question]:
    """What to ask about `event`, saved over `before`, now or to come in force at `at`."""
    then = at or timezone.now()
    url = reverse("admin:events_event_cancel", args=[event.pk])
    instead = (url, "Cancel the event instead") if may_cancel else None
    found = []
    if before.starts_at > then >= event.starts_at:
        words = f"The event would start in the past: {times.when(event)}. Check the date."
        if event.ends_at <= then:
            words += " As it would be over, nobody would be emailed about it."
        found.append(Question(words))
    if (hidden := hides(before, event)) and (words := registrants_of([event]).get(event.pk)):
        since = "" if hidden <= timezone.now() else f" from {moment(event, hidden)} on"
        words = f"Readers would no longer see this event{since}. {words} {NOT_TOLD}"
        found.append(Question(f"{words} {CANCEL_INSTEAD}", instead))
    if count := forgotten(before, event):
        found.append(
            Question(
                f"The names and answers of {people(count)} would be deleted within a day, because "
                f"the event ended more than {event.kept_days} days ago. This cannot be undone."
            )
        )
    found += about_registration(before, event, instead, then)
    if told.seated:
        word = "gets a seat" if told.seated == 1 else "get a seat"
        words = f"{people(told.seated)} on the waiting list {word} and will be emailed."
        if event.seats_pass_until <= then:
            words += (
                f" The waiting list got free seats until {moment(event, event.seats_pass_until)}, "
                "but seats that you add still go to it."
            )
        found.append(Question(words))
    if told.what and not told.changed and (words := unseen(event, told)):
        found.append(Question(words))
    if question := _about_email(event, told, at):
        found.append(question)
    return found


def _about_email(event: Event, told: Told, at: datetime | None) -> Question | None:
    """Whether registrants shall be mailed what is new."""
    count = told.changed
    if at and told.what and event.is_public and (count or registration.why_closed(event) is None):
        until = moment(event, at)
        later = f"Whoever registers before {until} will be emailed then about the new {told.what}."
        words = f"{people(count)} will be emailed on {until} about the new {told.what}. {later}"
        words = words if count else f"Nobody has registered yet. {later}"
    elif count:
        words = f"{people(count)} will be emailed about the new {told.what}."
    else:
        return None
    anyway = f"{{}} and email {people(count)}" if count else "{} and email them"
    return Question(words, answer=(WITHOUT_EMAIL, "{} without email"), anyway=anyway)


def unseen(event: Event, told: Told) -> str:
    """What to know where something is new for registrants of an event that nobody can see."""
    if event.is_public or event.is_cancelled or event.is_over:
        return ""
    if not (words := registrants_of([event]).get(event.pk)):
        return ""
    return (
        f"Readers cannot see this event, so nobody is emailed about the new {told.what}. {words} "
        "Once the event is published again, email them from the list of registrations."
    )


def about_registration(
    before: Event, event: Event, instead: tuple[str, str] | None, then: datetime
) -> list[Question]:
    """What becomes of those who registered, where `event` takes registrations otherwise."""
    if event.ends_at <= then or event.is_cancelled:
        return []
    rows = event.registrations.exclude(status=Status.CANCELLED).order_by()
    held = rows.aggregate(
        people=Count("pk", filter=Q(status=Status.CONFIRMED)),
        seats=Sum("seats", filter=Q(status=Status.CONFIRMED), default=0),
        waiting=Count("pk", filter=Q(status=Status.WAITING)),
    )
    if not held["people"] and not held["waiting"]:
        return []
    who = _in_words(held["people"], held["waiting"])
    kept = f"{who} They keep their registrations and are not emailed about this."
    found = _about_closing(before, event, kept, then)
    if before.kind != event.kind == Event.Kind.DEADLINE:
        words = "The kind would be “Deadline,” which nobody attends."
        found.insert(0, Question(f"{words} {kept} {CANCEL_INSTEAD}", instead))
    if words := _about_seats(before, event, held):
        found.append(Question(words))
    if held["waiting"]:
        found += _about_list(before, event, _waiting(held["waiting"]), then)
    return found


def _about_closing(before: Event, event: Event, kept: str, then: datetime) -> list[Question]:
    """Whether others can no longer register as they could; `kept` says who has registered."""
    found = []
    if before.sign_up == Event.SignUp.FORM != event.sign_up:
        found.append("Nobody could register on this site any longer.")
    opens, closes = event.opens_at, event.closes_at
    if opens and opens > then and (before.opens_at is None or before.opens_at <= then):
        found.append(f"Registration, which is open, would close until {moment(event, opens)}.")
    if closes and closes <= then and (before.closes_at is None or before.closes_at > then):
        found.append("Registration would be closed from now on.")
    if event.by_invitation and not before.by_invitation:
        words = "Registration would be by invitation only."
        if not event.invitations.exists():
            words += " There are no invitation codes yet, so nobody else could register."
        found.append(words)
    return [Question(f"{words} {kept}") for words in found]


def _about_seats(before: Event, event: Event, held: dict[str, int]) -> str:
    """What to know of another number of seats."""
    if before.has_fewer_seats_than(event.capacity):
        if event.is_public or not held["waiting"]:
            return ""
        words = "While readers cannot see the event, added seats go to nobody."
        return f"{words} {_waiting(held['waiting'])}."
    if before.capacity == event.capacity or not event.has_fewer_seats_than(held["seats"]):
        return ""
    over = held["seats"] - event.capacity
    return (
        f"{_seats(held['seats'])} taken, {over:,} more than the {event.capacity:,} that there "
        "would be. Nobody loses a seat, but a seat that is given back goes to nobody until fewer "
        "are taken than there are."
    )


def _about_list(before: Event, event: Event, waiting: str, then: datetime) -> list[Question]:
    """What becomes of those who wait."""
    found = []
    if before.has_waiting_list and not event.has_waiting_list:
        words = (
            f"The waiting list would be turned off. {waiting}. They keep their places and still "
            "get seats that become free, but nobody else can join."
        )
        found.append(Question(words))
    if before.seats_pass_until > then >= event.seats_pass_until:
        until = moment(event, event.seats_pass_until)
        words = (
            f"The waiting list would get seats until {until}, which has passed. {waiting}. A seat "
            "that becomes free would no longer go to them, and they are not emailed about this."
        )
        found.append(Question(words))
    return found


def _waiting(count: int) -> str:
    return f"{people(count)} {'is' if count == 1 else 'are'} on the waiting list"


def _seats(count: int) -> str:
    return "1 seat is" if count == 1 else f"{count:,} seats are"


def forgotten(before: Event, event: Event) -> int:
    """How many registrations would be made anonymous because `event` is saved over `before`."""
    now = timezone.now()

    def is_due(each: Event) -> bool:
        return each.ends_at + timedelta(days=each.kept_days) < now

    if is_due(before) or not is_due(event):
        return 0
    return event.registrations.filter(anonymous_at=None).count()


def said_after(told: Told, event: Event) -> list[str]:
    """What is said once the save of `event` is done."""
    found = []
    if told.what and not told.changed and (words := unseen(event, told)):
        found.append(words)
    if told.changed:
        found.append(f"{people(told.changed)} will be emailed about the new {told.what}.")
    if told.seated:
        found.append(f"{people(told.seated)} got a seat and will be emailed.")
    return found


def hides(before: Event, event: Event) -> datetime | None:
    """From when on readers no longer see `event` before it is over, as they would have `before`."""
    now = timezone.now()
    hidden, earlier = hidden_from(event, now), hidden_from(before, now)
    return hidden if hidden and (earlier is None or hidden < earlier) else None


def hidden_from(event: Event, now: datetime) -> datetime | None:
    """From when on readers do not see `event`, if that is before its end."""
    if event.unpublish_at is None or event.unpublish_at > now:
        if not event.is_public:
            return now
        is_early = event.unpublish_at and event.unpublish_at < event.ends_at
        return event.unpublish_at if is_early else None
    return now
