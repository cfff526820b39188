from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header, http_date

from competencyworks.core.links.notices import with_notices
from competencyworks.core.metadata import PageMeta, absolute, describe, meta_for
from competencyworks.core.models import Image
from competencyworks.core.paging import page_of
from competencyworks.core.prose.texts import image_ids, with_pictures

from . import calendar_links, calendars, times
from .filters import filters_of
from .models import Event, EventPerson
from .models.event_rows import EventQuerySet
from .months import month_of, path_of
from .offer import offer_of
from .structured import event_data

PAGE_SIZE = 20
HOME = ("Home", "/")
EVENTS = ("Events", "/events/")
FEED = ("Events", "/events/feed/")
# What a subscribed calendar holds of the past; its reader keeps what is older.
CALENDAR_PAST = timedelta(days=366)
CALENDAR_SIZE = 2000


def index(request: HttpRequest) -> HttpResponse:
    """What is to come."""
    return _list(request, Event.objects.published().upcoming(), is_past=False)


def past(request: HttpRequest) -> HttpResponse:
    """What has been, the latest first."""
    return _list(request, Event.objects.published().past(), is_past=True)


def _list(request: HttpRequest, rows: EventQuerySet, *, is_past: bool) -> HttpResponse:
    filters = filters_of(request)
    page = page_of(request, filters.apply(rows), PAGE_SIZE, present=EventQuerySet.listed)
    name, path = ("Past events", "/events/past/") if is_past else EVENTS
    title = f"{name}: {filters.words}" if filters.words else name
    described = (
        "Past webinars, conferences, and meetings, with their recordings."
        if is_past
        else "Webinars, conferences, meetings, and deadlines in competency education."
    )
    meta = PageMeta(
        title=title,
        path=path + (f"?page={page.number}" if page.number > 1 else ""),
        description=described,
        crumbs=[HOME, EVENTS, (name, path)] if is_past else [HOME, EVENTS],
        feeds=[FEED],
        hidden=bool(filters.query),  # one list under many addresses
    )
    context = {
        "page": page,
        "meta": meta,
        "name": name,
        "filters": filters,
        "is_past": is_past,
    }
    return render(request, "events/list.html", context)


def this_month(request: HttpRequest) -> HttpResponse:
    """The month of the next event; without one, the present month."""
    event = Event.objects.published().filter(cancelled_at=None).upcoming().brief().first()
    day = timezone.localdate()
    if event:
        day = max(day, times.local(event)[0].date())
    return _month(request, day.year, day.month, is_moving=True)


def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """One month as a calendar."""
    return _month(request, year, month)


def _month(request: HttpRequest, year: int, month: int, is_moving: bool = False) -> HttpResponse:
    """The page of a month; `is_moving`: its address leads to another one some day."""
    if not (1990 <= year <= 2200 and 1 <= month <= 12):
        raise Http404("no such month")
    shown = month_of(year, month)
    path = path_of(shown.first)
    meta = PageMeta(
        title=f"Events in {shown.name}",
        path=path,
        description=f"Webinars, conferences, meetings, and deadlines in {shown.name}.",
        crumbs=[HOME, EVENTS, (shown.name, request.path if is_moving else path)],
        feeds=[FEED],
        hidden=is_moving or not shown.days,  # search engines list the month by its own address
    )
    context = {
        "month": shown,
        "meta": meta,
        "weekdays": [*times.DAYS[-1:], *times.DAYS[:-1]],
        "before_path": shown.before and path_of(shown.before),
        "after_path": shown.after and path_of(shown.after),
        # Which day is today is told by a script: the page is the same for as long as its events.
        "zone": timezone.get_default_timezone_name(),
    }
    return render(request, "events/month.html", context)


def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event."""
    return render_event(request, get_object_or_404(Event.objects.published().whole(), slug=slug))


def render_event(request: HttpRequest, event: Event, preview: bool = False) -> HttpResponse:
    """The page of `event` (from EventQuerySet.whole()), for the public or as a preview."""
    portraits = [person["portrait"] for person in event.people_list if person["portrait"]]
    images = Image.objects.in_bulk({*portraits, *image_ids(event.html)})
    for person in event.people_list:
        person["portrait"] = images.get(person["portrait"])
        if not person["role"] and not person["organization"]:
            person["role"] = person["usual_role"]
            person["organization"] = person["usual_organization"]
    offer = offer_of(event)
    meta = meta_for(
        event,
        [HOME, EVENTS, (event.title, event.path)],
        feeds=[FEED],
        data=[event_data(event, offer)],
    )
    # Sessions of one event share its title, so the head says the day, and begins with the time.
    meta.title = event.seo_title or f"{event.title}, {times.date_words(times.local(event)[0])}"
    if not event.seo_description:
        meta.description = describe(f"{times.when(event)}. {event.lead}")
    if event.is_cancelled:
        meta.title = f"Canceled: {meta.title}"
        meta.description = f"Canceled. {meta.description}"
    meta.published = meta.modified = None  # of articles alone (https://ogp.me)
    parts = EventPerson.Part
    context = {
        "event": event,
        "html": with_pictures(with_notices(event), images),
        "offer": offer,
        "presenters": [each for each in event.people_list if each["part"] == parts.PRESENTER],
        "hosts": [each for each in event.people_list if each["part"] == parts.HOST],
        "place": calendars.place(event),
        "google_link": calendar_links.google_link(event),
        "outlook_link": calendar_links.outlook_link(event),
        "office_link": calendar_links.office_link(event),
        "to_come": not event.is_over and not event.is_cancelled,
        "meta": meta,
        "url": absolute(event.path),
        "preview": preview,
    }
    return render(request, "events/event.html", context)


def event_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """One event as a file for a calendar."""
    event = get_object_or_404(Event.objects.published().light(), slug=slug)
    changed = max(event.updated_at, event.publish_at)
    return _ics(calendars.entry(event), f"{event.slug}.ics", changed)


def calendar_ics(request: HttpRequest) -> HttpResponse:
    """A calendar to subscribe to: a year back and all that is ahead, filtered as a list is."""
    filters = filters_of(request, names=False)
    now = timezone.now()
    rows = Event.objects.published(now).filter(ends_at__gt=now - CALENDAR_PAST)
    rows = filters.apply(rows).order_by("-starts_at", "-pk").light()[:CALENDAR_SIZE]
    name = f"CompetencyWorks: {filters.words}" if filters.words else "CompetencyWorks"
    content = calendars.calendar_of(rows, name=name)
    return _ics(content, "events.ics", Event.objects.last_change(now))


def _ics(content: bytes, name: str, changed: datetime | None) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
