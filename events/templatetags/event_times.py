"""What templates say of an event: its time, its place, its marks in lists."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .. import offer, times
from ..calendars import place

register = template.Library()


@register.filter
def when(event) -> SafeString:
    """
    Days and hours as `<time>`, with the zone spelled out in titles.

    Hours with their half and zone (class `clock`) stay on one line.
    """
    words = times.words(event)
    start, end = times.local(event)
    if words.last_day:
        first = format_html('{}, <span class="clock">{}</span>', words.first_day, words.start)
        last = format_html(
            '{}, <span class="clock">{} {}</span>', words.last_day, words.end, words.zone
        )
        return format_html("{} – {}", _time(event, start, first), _time(event, end, last))
    day = _time(event, start, f"{words.first_day},")
    if not words.end:
        clock = _time(event, start, f"{words.start} {words.zone}")
        return format_html('{} <span class="clock">{}</span>', day, clock)
    return format_html(
        '{} <span class="clock">{}–{}</span>',
        day, _time(event, start, words.start), _time(event, end, f"{words.end} {words.zone}"),
    )  # fmt: skip


@register.filter
def hours(event) -> SafeString:
    """
    The hours alone, as `<time>`, on one line but for the zone; of an event of several days both
    days too.
    """
    words = times.words(event)
    if words.last_day:
        return when(event)
    start, _ = times.local(event)
    clock = format_html('<span class="clock">{}{}{}</span>', words.start, words.dash, words.end)
    return _time(event, start, format_html("{} {}", clock, words.zone))


def _time(event, moment, said: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(), times.zone_name(event), said,
    )  # fmt: skip


@register.filter
def zone_name(event) -> str:
    """The zone spelled out."""
    return times.zone_name(event)


@register.filter
def where(event) -> str:
    """The place on one line: 'Online'."""
    return place(event)


@register.filter
def marks(event) -> SafeString:
    """What a list says of it in a word or two (offer.marks), as a paragraph; '' for nothing."""
    found = offer.marks(event)
    if not found:
        return mark_safe("")
    spans = format_html_join(" ", "<span>{}</span>", ((mark,) for mark in found))
    return format_html('<p class="event-marks">{}</p>', spans)


@register.filter
def upcoming(events) -> list:
    """Those of `events` that are not over."""
    return [event for event in events if not event.is_over]


@register.filter
def past(events) -> list:
    """Those of `events` that are over."""
    return [event for event in events if event.is_over]


@register.filter
def first_day(event) -> str:
    """'Thursday, September 29, 2016'; '' where hours() says the days itself."""
    start, _ = times.local(event)
    return "" if times.last_day(event) != start.date() else times.date_words(start)


@register.filter
def day_hours(event) -> str:
    """As short as a day of a calendar wants it: the hours, or the last day of several."""
    start, _ = times.local(event)
    last = times.last_day(event)
    if last == start.date():
        return times.hours(event)
    return f"until {times.MONTHS[last.month - 1]} {last.day}"


@register.filter
def span_of_days(days: int) -> str:
    """'a year', 'a month', 'a week', 'a day', or '90 days', before 'after the event'."""
    names = {0: "shortly", 1: "a day", 7: "a week", 30: "a month", 365: "a year"}
    return names.get(days, f"{days} days")


@register.filter
def leaf(event, day=None) -> SafeString:
    """
    The day as a leaf of a calendar: month, number, weekday; of several days the first and last.

    Of an event of several days, `day` shows one of them. For the eye alone: the date stands in
    words beside it.
    """
    first, last = times.local(event)[0].date(), times.last_day(event)
    if day:
        first = last = day
    number, below = str(first.day), times.DAYS[first.weekday()][:3]
    if last != first and (last.year, last.month) == (first.year, first.month):
        number, below = f"{number}–{last.day}", f"{below}–{times.DAYS[last.weekday()][:3]}"
    elif last != first:
        below = f"to {times.MONTHS[last.month - 1][:3]} {last.day}"
    return format_html(
        '<span class="leaf{}" aria-hidden="true"><span class="leaf-month">{} {}</span>'
        '<span class="leaf-day">{}</span><span class="leaf-weekday">{}</span></span>',
        " leaf-span" if "–" in number else "",
        times.MONTHS[first.month - 1][:3], first.year, number, below,
    )  # fmt: skip
