"""
Hours of an event as staff type them: those of the clocks in the event's own zone.

An hour that the clocks leave out, as daylight saving time begins, is refused, and the message says
why. Of an hour that they show twice, as it ends, the first is taken; `doubles` tells staff so.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError

from competencyworks.core import local_time
from competencyworks.core.clock_times import DayAndClockField

from . import times
from .zones import is_zone


class WallTimeWidget(AdminSplitDateTime):
    """Has no 'Now' beside the hour: the admin would fill in that of the site's time zone."""

    def __init__(self, attrs=None) -> None:
        super().__init__(attrs)
        self.widgets[1] = forms.TimeInput(attrs={"size": "10"})


class WallTimeField(DayAndClockField):
    """A day and an hour without a zone: what a clock shows."""

    widget = WallTimeWidget

    def compress(self, data_list: list) -> datetime | None:
        if not data_list:
            return None
        for value, code in zip(data_list, ("invalid_date", "invalid_time"), strict=True):
            if value in self.empty_values:
                raise ValidationError(self.error_messages[code], code=code)
        return datetime.combine(*data_list)


class LocalHoursForm(forms.ModelForm):
    """
    A form whose moments (`local_moments`) are typed and shown in the zone that it chooses.

    What nobody touched keeps its stored moment, also where its hour comes twice.
    """

    local_moments: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.doubles: list[str] = []
        for name in self.local_moments:
            if stored := getattr(self.instance, name):
                self.initial[name] = stored.astimezone(self.instance.tz).replace(tzinfo=None)

    def clean(self) -> dict:
        super().clean()
        zone = self.cleaned_data.get("zone")
        for name in self.local_moments:
            wall = self.cleaned_data.get(name)
            if wall and zone and is_zone(zone):
                self.cleaned_data[name] = self._moment(name, wall, ZoneInfo(zone))
            elif name in self.cleaned_data:
                # Of an unknown zone no moment can be made; the zone has its own error.
                self.cleaned_data[name] = None
        return self.cleaned_data

    def _moment(self, name: str, wall: datetime, zone: ZoneInfo) -> datetime | None:
        """The moment at which the clocks of `zone` show `wall`."""
        stored = getattr(self.instance, name)
        if stored and not {name, "zone"} & set(self.changed_data):
            return stored
        try:
            moment = local_time.moment(wall, zone)
        except local_time.NoSuchHour as error:
            self.add_error(name, str(error))
            return None
        if local_time.comes_twice(wall, zone):
            self.doubles.append(
                f"{times.clock(wall)} occurs twice on {times.date_words(wall)}, in "
                f"{local_time.zone_name(zone, wall.year)}, because clocks go back then. The first "
                f"one was used ({times.own_zone(moment.astimezone(zone))})."
            )
        return moment
