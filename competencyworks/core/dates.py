"""Days and hours in the words of the house: 'September 28, 2016', '2:05 p.m.'."""

from datetime import date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day_words(day: date) -> str:
    """'September 28, 2016'."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def hour_words(at: datetime) -> str:
    """'2:05 p.m.'."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'a.m.' if at.hour < 12 else 'p.m.'}"
