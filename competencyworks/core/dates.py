"""Days and hours in the words of the house: 'September 28, 2016', '2:05 p.m.'."""

from datetime import date, datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day_words(day: date) -> str:
    """'September 28, 2016'."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def day_element(day: date) -> SafeString:
    """`day` as `<time>`."""
    # Safe: made of numbers and our own words.
    return mark_safe(  # noqa: S308
        f'<time datetime="{day.year:04}-{day.month:02}-{day.day:02}">{day_words(day)}</time>'
    )


def day_of(moment: str) -> SafeString:
    """The day in the site's zone of a moment as JSON has it, as `<time>`."""
    return day_element(localtime(datetime.fromisoformat(moment)))


def moment_words(at: datetime) -> str:
    """'September 28, 2016, 2:05 p.m.', of a moment in the zone that it shall be told in."""
    return f"{day_words(at)}, {hour_words(at)}"


def hour_words(at: datetime) -> str:
    """'2:05 p.m.'."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'a.m.' if at.hour < 12 else 'p.m.'}"
