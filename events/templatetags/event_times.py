"""What templates say of an event's time."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .. import times
from ..calendars import place

register = template.Library()


@register.filter
def when(event) -> SafeString:
    """Days and hours as `<time>`, with the zone spelled out in a title."""
    return _marked(event, times.words(event))


@register.filter
def hours(event) -> SafeString:
    """The hours alone, as `<time>`; of an event of several days both days too."""
    start, _ = times.local(event)
    text = times.hours(event)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', start.isoformat(), times.zone_name(event), text
    )


def _marked(event, words: times.Words) -> SafeString:
    start, end = times.local(event)
    title = times.zone_name(event)
    if not words.end:
        return format_html(
            '<time datetime="{}" title="{}">{} {}</time>',
            start.isoformat(), title, words.start, words.zone,
        )  # fmt: skip
    return format_html(
        '<time datetime="{}" title="{}">{}</time>{}<time datetime="{}" title="{}">{} {}</time>',
        start.isoformat(), title, words.start, words.dash,
        end.isoformat(), title, words.end, words.zone,
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
