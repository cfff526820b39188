"""A month marks the day that is today in the site's zone."""

from datetime import UTC, datetime

import pytest

from tests.events import factories

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = "/events/calendar/2036/09/"


@pytest.fixture
def month(browser, live_server):
    """Opens the month at some moment, in some zone and window."""
    factories.event(title="On the 29th", starts_at=datetime(2036, 9, 29, 18, tzinfo=UTC))
    contexts = []

    def open_at(moment: str, **options):
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.clock.set_fixed_time(moment)
        page = context.new_page()
        page.on("console", lambda message: pytest.fail(message.text))
        page.goto(MONTH)
        return page

    yield open_at
    for context in contexts:
        context.close()


def test_it_is_the_day_of_the_site_wherever_the_visitor_is(month):
    # The 30th in London and Tokyo, still the 29th in New York.
    page = month("2036-09-30T03:30:00Z", timezone_id="Asia/Tokyo")
    today = page.locator("td[aria-current='date']")
    assert today.count() == 1
    assert " ".join(today.inner_text().split()).startswith("29 Today On the 29th")


def test_a_list_on_a_phone_marks_it_too(month):
    page = month("2036-09-29T15:00:00Z", viewport={"width": 360, "height": 700})
    assert page.locator(".month-list .event-when").inner_text().startswith("Today")


def test_a_month_without_today_marks_nothing(month):
    assert month("2036-10-02T15:00:00Z").locator(".today").count() == 0


def test_without_script_nothing_is_missing(month):
    page = month("2036-09-29T15:00:00Z", java_script_enabled=False)
    assert page.locator(".today").count() == 0
    assert page.get_by_role("link", name="On the 29th").first.is_visible()
