"""What templates say of an event's time."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .. import times

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
def leaf(event) -> SafeString:
    """
    The day as a leaf of a calendar: month, number, weekday; of several days the first and last.

    For the eye alone: the date stands in words beside it.
    """
    start, _ = times.local(event)
    last = times.last_day(event)
    if last == start.date():
        number, below = str(start.day), times.DAYS[start.weekday()][:3]
    elif last.month == start.month and last.year == start.year:
        number = f"{start.day}–{last.day}"
        below = f"{times.DAYS[start.weekday()][:3]}–{times.DAYS[last.weekday()][:3]}"
    else:
        number, below = str(start.day), f"to {times.MONTHS[last.month - 1][:3]} {last.day}"
    return format_html(
        '<span class="leaf{}" aria-hidden="true"><span class="leaf-month">{} {}</span>'
        '<span class="leaf-day">{}</span><span class="leaf-weekday">{}</span></span>',
        " leaf-span" if "–" in number else "",
        times.MONTHS[start.month - 1][:3], start.year, number, below,
    )  # fmt: skip
