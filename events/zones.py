"""Time zones that staff may choose, by the names of the IANA database."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DEFAULT_ZONE = "America/New_York"
# Those of the United States come first; the others follow by name.
USUAL = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Name and label of every zone that names a place, the usual ones first."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith("Etc/")}
    rest = sorted(places - set(USUAL))
    return [(name, name.replace("_", " ")) for name in (*USUAL, *rest)]


def is_zone(name: str) -> bool:
    """Whether the IANA database of this machine knows `name`."""
    return name in available_timezones() and ZoneInfo(name) is not None
