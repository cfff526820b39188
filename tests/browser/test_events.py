"""An event's page in a visitor's own zone, and without script."""

from datetime import UTC, datetime

import pytest

from tests.events import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event(live_server):
    return factories.event(
        title="Far ahead", starts_at=datetime(2036, 9, 29, 18, tzinfo=UTC), hours=1
    )


def open_in(browser, live_server, event, **options):
    context = browser.new_context(base_url=live_server.url, **options)
    problems = []
    context.on("console", lambda message: problems.append(message.text))
    page = context.new_page()
    page.goto(event.path)
    assert not problems
    return page


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", ["Monday, September 29, 8:00", "9:00 p.m.", "GMT+2"]),
        ("America/Los_Angeles", ["Monday, September 29, 11:00 a.m.", "12:00 p.m.", "PDT"]),
        ("Asia/Kolkata", ["September 29, 11:30 p.m.", "Tuesday, September 30, 12:30 a.m."]),
    ],
)
def test_the_time_is_told_in_the_visitors_zone_too(browser, live_server, event, zone, said):
    page = open_in(browser, live_server, event, timezone_id=zone)
    own = " ".join(page.locator(".own-time").inner_text().split())
    assert own.startswith("In your time zone: ")
    assert [words for words in said if words in own] == said, own
    assert "2:00–3:00 p.m. ET" in page.locator(".event-box .event-when").inner_text()


@pytest.mark.parametrize(
    "options",
    [
        {"timezone_id": "America/Detroit"},
        {"timezone_id": "Asia/Tokyo", "java_script_enabled": False},
    ],
)
def test_it_is_not_told_twice_and_nothing_is_missing_without_script(
    browser, live_server, event, options
):
    page = open_in(browser, live_server, event, **options)
    assert page.locator(".own-time").is_hidden()
    assert page.get_by_role("link", name="Register for this webinar").is_visible()
