"""When an event is, in one line for lists of items of several kinds."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import times

CANCELED = '<strong class="cancelled">Canceled</strong> '


@dataclass(frozen=True)
class _Span:
    """What times.words() reads of an event."""

    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def date_line(dates: dict) -> SafeString:
    """
    'Thursday, January 7, 2027, 2:00–3:00 p.m. ET' of the columns of an event, as JSON has them;
    with a word where it is canceled or past.
    """
    start, end = (datetime.fromisoformat(dates[name]) for name in ("starts_at", "ends_at"))
    span = _Span(start, end, dates["zone"])
    first, _ = times.local(span)
    is_canceled = dates["cancelled_at"] is not None
    is_past = end <= timezone.now() and not is_canceled
    return format_html(
        '{}<time datetime="{}" title="{}">{}</time>{}',
        SafeString(CANCELED if is_canceled else ""),
        first.isoformat(),
        times.zone_name(span),
        times.when(span),
        " · Past" if is_past else "",
    )
