"""The page of whoever has registered, reached by the token in their mail."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from competencyworks.core import tokens
from competencyworks.core.cross_site import same_site_posts
from competencyworks.core.metadata import absolute

from .. import (
    calendars,
    certificates,
    moments,
    patterns,
    registration,
    seats,
    stored_answers,
    survey,
)
from ..calendar_links import google_link, office_link, outlook_link
from ..models import Event, Question, Registration
from ..models.registration import PURPOSE
from ..video_service import places
from .answers import CONFLICT, OUTCOMES, UNPROCESSABLE, page, private, see_other
from .forms import RegistrationForm
from .questions import questions_to_ask

Status = Registration.Status
IN_THE_MAIL = "See how to join in the email about your registration."
UNKNOWN = "Registration not found"
TITLES = {
    Status.CONFIRMED: "You are registered",
    Status.WAITING: "You are on the waiting list",
    Status.CANCELLED: "Your registration is canceled",
}
AWAY = "This event’s page is currently unavailable"
OVER = "This event is over"
REPLACED = "This registration is canceled"  # who has another one
LEFT = "You have left the waiting list"  # who never had a seat


def opened_by(find: Callable[[str], Registration | None], template: str, unknown: str):
    """
    Decorator: the view gets the registration that `find` finds by the token of the address; if
    none, the page `template` says so, with the title `unknown`.

    Wrong tokens are not counted: a signature of 256 bits cannot be guessed, and a limit would keep
    out those behind the same network address whose tokens are right.
    """

    def decorate(view):
        @private
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            found = find(token)
            if found is None:
                return page(request, template, unknown, {}, 404)
            return view(request, found)

        return guarded

    return decorate


def by_token(view):
    """
    Decorator: the view gets the registration that its token opens; see opened_by(). Whoever presses
    a button here has the mail with the token, and so proves that the address is theirs.
    """

    @wraps(view)
    def proving(request: HttpRequest, found: Registration) -> HttpResponse:
        if request.method == "POST":
            registration.verify(found)
        return view(request, found)

    return opened_by(lambda token: _opened(token), "own_page_none.html", UNKNOWN)(proving)


@by_token
@require_safe
def show(request: HttpRequest, found: Registration) -> HttpResponse:
    """What is known of the registration, and what can be done."""
    event, now = found.event, timezone.now()
    is_away = not event.is_public and may_change(found)
    has_seat = found.status == Status.CONFIRMED and not event.is_cancelled and not event.trashed_at
    is_open = has_seat and event.join_opens_at <= now < event.ends_at
    is_replaced = found.is_replaced
    title = REPLACED if is_replaced else _title(found)
    if event.is_cancelled or is_away:
        title = "This event is canceled" if event.is_cancelled else AWAY
    certificate = certificates.path_of(found) if certificates.is_earned(found) else ""
    context = {
        "event": event,
        "registration": found,
        "path": _path(found),
        "outcome": OUTCOMES.get(request.GET.get("saved", ""), ""),
        "answers": answers_of(found),
        "asks": survey.is_open(found),
        "certificate": certificate,
        "left": _left(event, has_certificate=bool(certificate)) if has_seat else "",
        "has_seat": has_seat,
        "is_away": is_away,
        "is_replaced": is_replaced,
        "until": moments.moment(event, event.seats_pass_until),
        "is_list_open": now < event.seats_pass_until,
        "may_change": may_change(found),
        "may_correct_name": registration.may_correct_name(found),
        "is_open": is_open,
        "join_url": places.address(found) if has_seat else "",
        "is_personal": places.is_personal(event),
        "opens": moments.moment(event, event.join_opens_at),
        "note": event.join_note if found.is_online else event.venue_note,
        "place": seats.place_in_line(found) if found.status == Status.WAITING else None,
        "calendars": calendar_links(found) if has_seat and not is_away else [],
    }
    return page(request, "own_page.html", title, context, below=found.event)


@by_token
@require_safe
def calendar(request: HttpRequest, found: Registration) -> HttpResponse:
    """The event as a file for the registrant's calendar, the way in with it."""
    has_seat = found.status == Status.CONFIRMED
    join = places.address(found) if has_seat and found.is_online else ""
    file = calendars.entry(
        found.event,
        method="PUBLISH",
        note="" if found.is_online or not has_seat else patterns.plain(found.event.venue_note),
        way_in=has_seat and found.is_online,
        join=f"Join: {join}" if join else "",
        more_sequence=found.calendar_sequence,
    )
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="event.ics"'
    return response


@same_site_posts
@by_token
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def change(request: HttpRequest, found: Registration) -> HttpResponse:
    """The form with what was said, to say it anew."""
    path = _path(found)
    data = request.POST if request.method == "POST" else None
    if data is not None and (found := locked(found)) is None:
        return see_other(path)
    if not may_change(found):
        return see_other(path, "no-changes" if data is not None else "")
    questions = questions_to_ask(found.event, Question.Asked.REGISTRATION, data)
    form = RegistrationForm(found.event, questions, data, found)
    if data is None:
        return _change_page(request, found, form)
    if not form.is_valid():
        return _change_page(request, found, form, UNPROCESSABLE)
    if form.changed_since:
        return _change_page(request, found, form, CONFLICT)
    try:
        registration.change(found, form.party(email=found.email))
    except registration.NoSuchPlace:
        return see_other(path, "no-changes")  # says why
    except registration.CannotRegister as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _change_page(request, found, form, CONFLICT)
    return see_other(path, "changes")


@same_site_posts
@by_token
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, found: Registration) -> HttpResponse:
    """A page with one button, which gives the place back."""
    if not may_change(found):
        return see_other(_path(found))
    if request.method == "POST":
        # Over since, or cancelled by somebody else: the page says so.
        with suppress(registration.NoSuchPlace):
            registration.cancel(found)
        return see_other(_path(found))
    words = (
        "Leave the waiting list?" if found.status == Status.WAITING else "Cancel your registration?"
    )
    context = {"event": found.event, "registration": found, "path": _path(found)}
    return page(request, "own_page_cancel.html", words, context, below=found.event)


def _title(found: Registration) -> str:
    if found.status == Status.CANCELLED:
        return TITLES[found.status] if found.confirmed_at else LEFT
    return OVER if found.event.is_over else TITLES[found.status]


def _left(event: Event, *, has_certificate: bool) -> str:
    """What the page has below once the event is over: 'The recording and the slides are below.'"""
    found = [
        words
        for words, is_there in (
            ("the recording", event.recording_url),
            ("the slides", event.slides_url),
            ("your certificate of attendance", has_certificate),
        )
        if is_there
    ]
    if not found:
        return "No recording or certificate is available at this time."
    verb = "are" if len(found) > 1 or event.slides_url else "is"
    words = " and ".join(found) if len(found) < 3 else f"{', '.join(found[:2])}, and {found[2]}"
    return f"{words[0].upper()}{words[1:]} {verb} below."


def may_change(found: Registration) -> bool:
    """Whether what was said can be changed, and the place be given back."""
    event = found.event
    return found.status != Status.CANCELLED and not event.is_cancelled and not event.is_over


def answers_of(found: Registration) -> list[tuple[str, str]]:
    """Each question that was answered, also if it is no longer asked, with the answer in words."""
    return [
        (question.heading, ", ".join(words))
        for question in found.event.questions.filter(asked=Question.Asked.REGISTRATION)
        if (words := stored_answers.words(found.answers.get(str(question.pk))))
    ]


def locked(found: Registration) -> Registration | None:
    """
    The registration as it is stored now, under the lock of its event until the transaction ends:
    what a form is compared with is then what it replaces. None if its link no longer opens it.
    """
    try:
        seats.locked(found.event_id)
    except Event.DoesNotExist:
        return None
    return _opened(found.token)


def calendar_links(found: Registration) -> list[tuple[str, str]]:
    """
    Services that take an event over, with the address for it. They learn what everybody may know:
    the way in is in the mail, in the file and on this page.
    """
    event = found.event
    how = IN_THE_MAIL if found.is_online else f"Venue: {calendars.venue(event)}"
    note = f"{how}\n\n{absolute(event.path)}"
    return [
        ("Google Calendar", google_link(event, note=note)),
        ("Outlook.com", outlook_link(event, note=note)),
        ("Microsoft 365", office_link(event, note=note)),
    ]


def _opened(token: str) -> Registration | None:
    try:
        key = tokens.read(PURPOSE, token)
    except tokens.BadToken:
        return None
    pk, _, corrections = key.partition("-")
    rows = Registration.objects.select_related("event").defer("event__vector", "event__html")
    rows = rows.filter(pk=pk, corrections=corrections or 0)
    return rows.filter(anonymous_at=None).first()


def _path(found: Registration) -> str:
    return f"/events/registration/{found.token}/"


def _change_page(
    request: HttpRequest, found: Registration, form: RegistrationForm, status: int = 200
) -> HttpResponse:
    context = {"event": found.event, "registration": found, "form": form, "path": _path(found)}
    return page(
        request,
        "own_page_change.html",
        "Change your registration",
        context,
        status,
        below=found.event,
    )
