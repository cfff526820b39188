"""
Time zones that staff may choose, by the names of the IANA database.

The database knows many zones by several names (Asia/Calcutta is the older one of Asia/Kolkata), and
one of each is offered: the one in its list of places, zone.tab. An event keeps the name it has.
"""

import re
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from competencyworks.core.local_time import AMERICAN

DEFAULT_ZONE = "America/New_York"
# The zones of the United States that most events need.
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
# What the parts of the world are called where their name in the database is another word.
REGIONS = {"America": "Americas", "Atlantic": "Atlantic Ocean", "Indian": "Indian Ocean",
           "Pacific": "Pacific Ocean"}  # fmt: skip

# What the tables of the database shorten, or call by a word in brackets.
COUNTRIES = {
    "Britain (UK)": "United Kingdom",
    "Caribbean NL": "Caribbean Netherlands",
    "Central African Rep.": "Central African Republic",
    "Cocos (Keeling) Islands": "Cocos Islands",
    "Congo (Dem. Rep.)": "Democratic Republic of the Congo",
    "Congo (Rep.)": "Republic of the Congo",
    "Eswatini (Swaziland)": "Eswatini",
    "French S. Terr.": "French Southern Territories",
    "Korea (North)": "North Korea",
    "Korea (South)": "South Korea",
    "Myanmar (Burma)": "Myanmar",
    "Samoa (American)": "American Samoa",
    "Samoa (western)": "Samoa",
    "Sao Tome & Principe": "São Tomé and Príncipe",
    "St Maarten (Dutch)": "Sint Maarten",
    "St Martin (French)": "Saint Martin",
    "Turks & Caicos Is": "Turks and Caicos Islands",
    "US minor outlying islands": "U.S. Outlying Islands",
    "Virgin Islands (UK)": "British Virgin Islands",
    "Virgin Islands (US)": "U.S. Virgin Islands",
}
CITIES = {
    "Comoro": "Comoros",
    "DumontDUrville": "Dumont d’Urville",
    "Lower Princes": "Lower Prince’s Quarter",
    "Sao Paulo": "São Paulo",
    "Sao Tome": "São Tomé",
    "St Johns": "St. John’s",
}

Choices = list[tuple[str, str]]


@cache
def offered() -> list[tuple[str, Choices]]:
    """
    The zones to choose from, in groups with a name: the usual ones, then all others by part of the
    world.
    """
    usual = [(name, f"{AMERICAN[name][1]} – {_city(name)}") for name in USUAL]
    groups: dict[str, Choices] = {}
    for name, label in places().items():
        if name not in USUAL:
            region = name.partition("/")[0]
            groups.setdefault(REGIONS.get(region, region), []).append((name, label))
    return [("United States", usual)] + [
        (group, sorted(found, key=lambda choice: choice[1]))
        for group, found in sorted(groups.items())
    ]


def offered_with(stored: str) -> list[tuple[str, Choices]]:
    """The zones to choose from, for an event that has the zone `stored`, under whichever name."""
    if stored in offered_names():
        return offered()
    return [*offered(), ("Current time zone", [(stored, label(stored))])]


@cache
def offered_names() -> tuple[str, ...]:
    return tuple(name for _, choices in offered() for name, _ in choices)


@cache
def zone_choices() -> Choices:
    """Name and label of every zone that an event may have, older names included."""
    labels = {name: words for _, choices in offered() for name, words in choices}
    others = sorted(_known() - set(labels))
    return [*labels.items(), *((name, label(name)) for name in others)]


def label(name: str) -> str:
    """An older name, to be read."""
    return name.replace("_", " ")


def places() -> dict[str, str]:
    """
    The zones in the database's list of places: name → 'Kolkata, India', 'Knox, Indiana, …'. Where
    the country's name has the place in it, that is enough: 'São Tomé and Príncipe'.
    """
    folder = files("tzdata") / "zoneinfo"
    countries = dict(_rows((folder / "iso3166.tab").read_text(encoding="utf-8")))
    found = {}
    for code, _, name, *_ in _rows((folder / "zone.tab").read_text(encoding="utf-8")):
        if is_zone(name):
            between = [part.replace("_", " ") for part in name.split("/")[1:-1]]
            city, country = _city(name), _country(countries[code])
            is_said = re.search(rf"\b{re.escape(city)}\b", country)
            found[name] = ", ".join(
                dict.fromkeys([*([] if is_said else [city]), *between, country])
            )
    return found


def _rows(table: str) -> list[list[str]]:
    return [line.split("\t") for line in table.splitlines() if not line.startswith("#")]


def _city(name: str) -> str:
    words = name.rpartition("/")[2].replace("_", " ")
    return CITIES.get(words) or _spelled(words)


def _country(name: str) -> str:
    return COUNTRIES.get(name) or _spelled(name).replace(" & ", " and ")


def _spelled(words: str) -> str:
    return f"St. {words[3:]}" if words.startswith("St ") else words


def is_zone(name: str) -> bool:
    """Whether the IANA database of this machine knows `name`."""
    return name in _known() and ZoneInfo(name) is not None


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
