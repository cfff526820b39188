"""Hours that daylight saving time leaves out or shows twice, as staff type them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from competencyworks.core import local_time
from tests import factories
from tests.core.history.forms import opened

pytestmark = pytest.mark.django_db

SECOND = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30 a.m. EST, an hour after 1:30 a.m. EDT
PLAIN = (
    "2:30 a.m. does not exist on March 8, 2026 in Eastern Time: clocks go forward from 2:00 a.m. "
    "to 3:00 a.m. Choose an hour before 2:00 a.m. or from 3:00 a.m. on."
)


@pytest.mark.parametrize("name", ["publish_at", "unpublish_at", "goes_public_at"])
@pytest.mark.parametrize("make", [factories.post, factories.wiki_page, factories.paper])
def test_an_hour_that_does_not_exist_is_refused_in_plain_words(root, make, name):
    form = opened(root, make())
    answer = form.send(**{f"{name}_0": "2026-03-08", f"{name}_1": "02:30:00"})
    assert PLAIN in " ".join(html.fromstring(answer.text).xpath("//ul[@class='errorlist']//text()"))
    assert "interpreted in time zone" not in answer.text


@pytest.mark.parametrize("name", ["publish_at", "unpublish_at"])
def test_of_an_hour_that_comes_twice_the_first_is_taken(root, name):
    post = factories.post(publish_at=datetime(2026, 1, 1, tzinfo=UTC))
    form = opened(root, post)
    answer = form.send(**{f"{name}_0": "2026-11-01", f"{name}_1": "01:30:00"})
    assert "interpreted in time zone" not in answer.text
    post.refresh_from_db()
    assert getattr(post, name) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_the_second_of_two_hours_stays_where_nobody_touched_it(root):
    post = factories.post(publish_at=SECOND)
    opened(root, post).send(title="Another title")
    post.refresh_from_db()
    assert (post.title, post.publish_at) == ("Another title", SECOND)


@pytest.mark.parametrize("changes", [{"day": ""}, {"hour": ""}])
def test_half_a_moment_is_told(root, changes):
    sent = {"day": "2026-03-08", "hour": "10:00:00"} | changes
    form = opened(root, factories.post())
    answer = form.send(unpublish_at_0=sent["day"], unpublish_at_1=sent["hour"])
    assert "Enter a " in answer.text


@pytest.mark.parametrize(
    ("zone", "wall", "words"),
    [
        (
            "Europe/London",
            "2026-03-29 01:15",
            "1:15 a.m. does not exist on March 29, 2026 in London",
        ),
        ("Australia/Lord_Howe", "2026-10-04 02:10", "from 2:00 a.m. to 2:30 a.m."),
        ("America/Chicago", "2026-03-08 02:59", "in Central Time"),
    ],
)
def test_other_zones_say_their_own_hours(zone, wall, words):
    with pytest.raises(local_time.NoSuchHour, match=words):
        local_time.moment(datetime.fromisoformat(wall), ZoneInfo(zone))


def test_a_moment_is_in_utc_so_that_hours_added_to_it_have_passed():
    moment = local_time.moment(datetime(2026, 11, 1, 0, 30), ZoneInfo("America/New_York"))
    assert moment + timedelta(hours=3) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
