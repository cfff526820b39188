"""
Two programs that know nothing of each other read the right hours in calendar files: the package
icalendar, and ical.js, which goes by the VTIMEZONE of the file alone.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone

from events.calendar_zones import changes
from tests.events import factories, pages
from tests.events.test_admin import edit

pytestmark = [pytest.mark.django_db, pytest.mark.node]

SCRIPT = Path(__file__).with_name("read_calendars.mjs")
PACKAGE = SCRIPT.parents[2] / "node_modules/ical.js"
YEAR = timezone.now().year + 2
ZONES = [
    "America/New_York", "America/Los_Angeles",
    "America/St_Johns",  # half an hour from the others
    "America/Phoenix", "Asia/Kolkata", "Pacific/Honolulu",  # no daylight saving time
    "America/Mexico_City",  # none any more
    "America/Nuuk",  # rules of 2023
    "Africa/Cairo",  # again since 2023; ends on a Friday, sometimes in November
    "Africa/Casablanca",  # changes by Ramadan, told one by one
    "Asia/Beirut", "Asia/Jerusalem",
    "Europe/London", "Europe/Berlin",
    "Europe/Dublin",  # winter is the exception there
    "America/Santiago", "Australia/Sydney", "Pacific/Auckland",  # of the south
    "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Chatham",  # and not of full hours
]  # fmt: skip
HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


@pytest.fixture(scope="session")
def ical_js() -> Callable[[list[bytes]], list[Span]]:
    """Start and end of the event of each file, as ical.js reads them."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node.js found (Debian: apt install nodejs)")
    if not PACKAGE.exists():
        pytest.skip("no ical.js found (run: npm ci)")

    def read(files: list[bytes]) -> list[Span]:
        run = subprocess.run(
            [node, SCRIPT],
            input=json.dumps([each.decode() for each in files]),
            capture_output=True,
            text=True,
            check=True,
        )
        moments = json.loads(run.stdout)
        return [tuple(datetime.fromtimestamp(at, UTC) for at in pair) for pair in moments]

    return read


def by_icalendar(file: bytes) -> Span:
    (item,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return item["DTSTART"].dt.astimezone(UTC), item["DTEND"].dt.astimezone(UTC)


def moments(zone: str, hours: list[float]) -> list[datetime]:
    """So many hours before and after each change of the clocks; else two days of the year."""
    found = [change.wall.replace(tzinfo=UTC) - change.before for change in changes(zone, YEAR)]
    found = found or [datetime(YEAR, month, 15, 14, tzinfo=UTC) for month in (1, 7)]
    return [at + number * HOUR for at in found for number in hours]


def test_the_hours_of_a_file_are_right_on_both_sides_of_each_change(client, ical_js):
    files, meant = [], []
    for zone in ZONES:
        for start in moments(zone, [-25, -1, -0.5, 0, 0.5, 1, 2, 25]):
            event = factories.event(zone=zone, starts_at=start, ends_at=start + HOUR)
            files.append(client.get(f"{event.path}event.ics").content)
            meant.append((zone, start, start + HOUR))
    for said, by_js, file in zip(meant, ical_js(files), files, strict=True):
        assert (said[0], *by_icalendar(file)) == said
        assert (said[0], *by_js) == said, file.decode()


def test_the_hours_are_right_in_the_mail_after_a_move_by_the_form(manager, ical_js):
    files, meant = [], []
    for zone in ZONES:
        event = factories.event(zone=zone, days=3)
        factories.registered(event)
        for start in moments(zone, [-1.5, 1.5]):
            walls = [f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
                     for at in (start, start + HOUR / 4)]  # fmt: skip
            response = edit(manager, event, starts_at=walls[0], ends_at=walls[1])
            assert response.status_code == 302, response.context["errors"]
            mail = pages.mails("changed")[-1]
            files.append(mail.attachments[0]["content"].encode())
            meant.append((zone, start, start + HOUR / 4))
    for said, by_js, file in zip(meant, ical_js(files), files, strict=True):
        assert (said[0], *by_icalendar(file)) == said
        assert (said[0], *by_js) == said, file.decode()
