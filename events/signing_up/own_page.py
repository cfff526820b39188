"""The page of whoever has registered, reached by the token in their mail."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from competencyworks.core import tokens
from competencyworks.core.cross_site import same_site_posts
from competencyworks.core.metadata import absolute

from .. import calendars, certificates, moments, patterns, registration, seats, survey
from ..models import Event, Registration
from ..models.registration import PURPOSE
from ..video_service import places
from . import limits
from .answers import CONFLICT, TOO_MANY, UNPROCESSABLE, page, private, see_other
from .forms import RegistrationForm
from .views import questions_of

Status = Registration.Status
IN_THE_MAIL = "How to take part stands in the mail about your registration."
UNKNOWN = "This address opens no registration"
TITLES = {
    Status.CONFIRMED: "You are registered",
    Status.WAITING: "You are on the waiting list",
    Status.CANCELLED: "Your registration is cancelled",
}


def opened_by(find: Callable[[str], Registration | None], template: str, unknown: str):
    """
    Decorator: the view gets the registration that `find` finds by the token of the address; if
    none, the page `template` says so, with the title `unknown`. Wrong tokens are counted; after
    many, nobody at that address gets further for a while, whatever their token.
    """

    def decorate(view):
        @private
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            try:
                limits.check_guesses(request, limits.WRONG_TOKEN, limits.WRONG_TOKENS)
            except limits.TooMany as error:
                return page(request, template, "Wait a little", {"problem": error}, TOO_MANY)
            found = find(token)
            if found is None:
                limits.note_guess(request, limits.WRONG_TOKEN)
                return page(request, template, unknown, {}, 404)
            return view(request, found)

        return guarded

    return decorate


def by_token(view):
    """Decorator: the view gets the registration that its token opens; see opened_by()."""
    return opened_by(lambda token: _opened(token), "own_page_none.html", UNKNOWN)(view)


@by_token
@require_safe
def show(request: HttpRequest, found: Registration) -> HttpResponse:
    """What is known of the registration, and what can be done."""
    event, now = found.event, timezone.now()
    has_seat = found.status == Status.CONFIRMED and not event.is_cancelled
    is_open = has_seat and event.join_opens_at <= now < event.ends_at
    title = "This event is cancelled" if event.is_cancelled else TITLES[found.status]
    context = {
        "event": event,
        "registration": found,
        "path": _path(found),
        "answers": answers_of(found),
        "asks": survey.is_open(found),
        "certificate": certificates.path_of(found) if certificates.is_earned(found) else "",
        "has_seat": has_seat,
        "may_change": may_change(found),
        "is_open": is_open,
        "join_url": places.address(found) if has_seat else "",
        "is_personal": places.is_personal(event),
        "opens": moments.moment(event, event.join_opens_at),
        "note": event.join_note if found.is_online else event.venue_note,
        "place": seats.place_in_line(found) if found.status == Status.WAITING else None,
        "calendars": calendar_links(event) if has_seat else [],
    }
    return page(request, "own_page.html", title, context)


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
    )
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="event.ics"'
    return response


@same_site_posts
@by_token
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, found: Registration) -> HttpResponse:
    """The form with what was said, to say it anew."""
    if not may_change(found):
        return see_other(_path(found))
    data = request.POST if request.method == "POST" else None
    form = RegistrationForm(found.event, questions_of(found.event), data, found)
    if data is None:
        return _change_page(request, found, form)
    if not form.is_valid():
        return _change_page(request, found, form, UNPROCESSABLE)
    try:
        registration.change(found, form.party(email=found.email))
    except registration.NoSuchPlace:
        return see_other(_path(found))  # says why
    except registration.CannotRegister as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _change_page(request, found, form, CONFLICT)
    return see_other(_path(found))


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
    words = "Leave the waiting list?" if found.status == Status.WAITING else "Cancel your place?"
    context = {"event": found.event, "registration": found, "path": _path(found)}
    return page(request, "own_page_cancel.html", words, context)


def may_change(found: Registration) -> bool:
    """Whether what was said can be changed, and the place be given back."""
    event = found.event
    return found.status != Status.CANCELLED and not event.is_cancelled and not event.is_over


def answers_of(found: Registration) -> list[tuple[str, str]]:
    """Each question that was answered, with the answer in words."""
    rows = []
    for question in questions_of(found.event):
        answer = found.answers.get(str(question.pk))
        if answer:
            words = "Yes" if answer is True else answer
            rows.append((question.text, ", ".join(words) if isinstance(words, list) else words))
    return rows


def calendar_links(event: Event) -> list[tuple[str, str]]:
    """
    Services that take an event over, with the address for it. They learn what everybody may know:
    the way in is in the mail, in the file and on this page.
    """
    note = f"{IN_THE_MAIL}\n\n{absolute(event.path)}"
    return [
        ("Google Calendar", calendars.google_link(event, note=note)),
        ("Outlook", calendars.outlook_link(event, note=note)),
    ]


def _opened(token: str) -> Registration | None:
    try:
        key = tokens.read(PURPOSE, token)
    except tokens.BadToken:
        return None
    rows = Registration.objects.select_related("event").defer("event__vector", "event__html")
    return rows.filter(pk=key, anonymous_at=None, event__trashed_at=None).first()


def _path(found: Registration) -> str:
    return f"/events/registration/{found.token}/"


def _change_page(
    request: HttpRequest, found: Registration, form: RegistrationForm, status: int = 200
) -> HttpResponse:
    context = {"event": found.event, "registration": found, "form": form, "path": _path(found)}
    return page(request, "own_page_change.html", "Change your registration", context, status)
