"""How small pieces look in a browser: on paper, on a phone, beside their like."""

import pytest

from events import certificates
from tests import factories
from tests.events.factories import event
from tests.events.test_certificates import attended
from tests.website.test_look import palette

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def page(chromium, live_server):
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 800}, color_scheme="dark"
    )
    yield context.new_page()
    context.close()


def style(page, selector: str, name: str) -> str:
    return page.locator(selector).first.evaluate(
        "(element, name) => getComputedStyle(element).getPropertyValue(name)", name
    )


def test_what_an_item_is_filed_under_is_printed(page):
    post = factories.post(
        topics=[factories.topic("Pacing")], states=[factories.state("NH")], tags=["rubric", "art"]
    )
    page.goto(post.path)
    page.emulate_media(media="print")
    printed = page.locator(".filed").inner_text()
    assert [word in printed for word in ("Pacing", "New Hampshire", "rubric", "art")] == [True] * 4


def test_paper_has_the_colors_of_light_pages_even_from_a_dark_screen(page):
    page.goto("/about/")
    page.emulate_media(media="print", color_scheme="light")
    light = {name: style(page, "html", f"--{name}") for name in palette(dark=True)}
    page.emulate_media(media="print", color_scheme="dark")
    dark = {name: style(page, "html", f"--{name}") for name in palette(dark=True)}
    assert dark == light


@pytest.mark.parametrize("name", ["Ann Lee", "田中 優子"])
def test_a_certificate_is_printed_without_what_is_for_the_screen(page, name):
    page.goto(certificates.path_of(attended(name)))
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    for words in ("CompetencyWorks", "Certificate of attendance", name, "Anyone can verify"):
        assert words in printed
    for words in ("is genuine", "as a PDF", "print this page", "Subscribe", "A project of"):
        assert words.lower() not in printed.lower()
    assert not page.locator(".masthead, .foot, .kicker").filter(visible=True).count()


def test_the_number_of_comments_of_a_part_looks_like_its_date(page):
    series = factories.series()
    post = factories.post(series=series, series_position=1)
    factories.comment(post)
    page.goto(series.path)
    for name in ("font-size", "font-variant-caps", "font-family", "color"):
        of_count = style(page, ".contents .comment-count", name)
        assert of_count == style(page, ".contents .byline", name)


def test_home_on_a_phone_shows_two_events_with_marks_as_elsewhere(page):
    for days in (1, 2, 3):
        event(title=f"Event {days}", starts_at=factories.ahead(days=days))
    page.goto("/")
    assert page.locator(".next-events li:visible").count() == 2
    at_home = style(page, ".event-marks", "font-size")
    page.goto("/events/")
    assert at_home == style(page, ".event-marks", "font-size")
