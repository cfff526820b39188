"""What a newcomer sees first on a phone, how the site is followed, what paper shows."""

import io

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe

from competencyworks.website.models import SiteSettings
from tests import factories
from tests.browser.test_accessibility import OPTIONS
from tests.events.factories import event

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PHONE = {"width": 360, "height": 740}
LEAST_PIXELS = 9  # of letters in the map


@pytest.fixture
def content(chromium, live_server):
    SiteSettings(purpose="For all who build schools.", project_of="Alderbrook Institute").save()
    factories.page(title="About", slug="about", in_menu=True)
    picture = factories.image(size=(1200, 800))
    for number in range(4):
        post = factories.post(
            title=f"Post {number}", picture=picture, publish_at=factories.ago(days=number + 1)
        )
    factories.comment(post, name="Ana", body="<p>It took us two years.</p>")
    for number in range(3):
        event(title=f"Webinar {number}", days=number + 2)
    factories.resource(kind="policy", states=[factories.state("NH")])


@pytest.fixture
def page(chromium, live_server, content):
    context = chromium.new_context(base_url=live_server.url, viewport=PHONE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def top(page, text: str) -> float:
    return page.get_by_role("link", name=text, exact=True).first.bounding_box()["y"]


def test_one_screen_of_a_phone_says_what_the_site_is(page):
    page.goto("/")
    line = page.locator(".masthead .owner")
    assert line.inner_text() == "An online resource on competency education · About"
    assert line.bounding_box()["height"] < 30  # one line
    assert line.get_by_role("link", name="About").is_visible()
    assert top(page, "Post 0") < PHONE["height"]


def test_the_menu_begins_at_the_section_that_one_is_in(page):
    page.goto("/topics/")
    box = page.get_by_role("navigation", name="Sections").locator("[aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_the_menu_is_one_line_and_all_of_it_can_be_reached(page, width):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/")
    links = page.get_by_role("navigation", name="Sections").get_by_role("link")
    assert len({link.bounding_box()["y"] for link in links.all()}) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    links.last.focus()  # the browser scrolls to what has the focus
    box = links.last.bounding_box()
    assert 0 <= box["x"] <= width - box["width"]


def test_the_next_event_follows_the_lead_on_a_phone(page):
    page.goto("/")
    assert top(page, "Post 0") < top(page, "Webinar 0") < top(page, "Post 1")
    assert page.get_by_text("Webinar 1").is_visible()
    assert not page.get_by_text("Webinar 2").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.get_by_text("Webinar 2").is_visible()


def test_the_rail_of_home_stands_beside_the_stream(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/")
    events, rail = page.locator(".next-events").bounding_box(), page.locator("aside").bounding_box()
    stream = page.locator(".home-stream").bounding_box()
    assert events["x"] == rail["x"] > stream["x"] + stream["width"]
    assert events["y"] == stream["y"]
    assert rail["y"] == events["y"] + events["height"]


@pytest.mark.parametrize("path", ["/", "/wiki/", "/subscribe/", "/blog/", "/nowhere/", "/?page=9"])
def test_axe_finds_nothing_to_say(page, path):
    page.goto(path)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page, options=OPTIONS)
            assert not results.violations_count, results.generate_report()


def test_a_button_copies_an_address_and_says_so(page, live_server):
    page.goto("/subscribe/")
    page.get_by_role("button", name="Copy address of Papers").click()
    page.get_by_role("button", name="Copied address of Papers").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/papers/feed/")
    assert page.get_by_role("status").inner_text() == "Copied the address of Papers"


def test_where_a_browser_refuses_the_address_is_marked(page):
    page.goto("/subscribe/")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    page.get_by_role("button", name="Copy address of Papers").click()
    page.get_by_role("button", name="Press Ctrl+C to copy").wait_for()
    assert page.evaluate("getSelection().toString()").endswith("/papers/feed/")


def test_without_script_a_click_marks_the_whole_address(chromium, live_server, content):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/subscribe/")
    assert page.get_by_role("button", name="Copy").count() == 0
    address = page.locator(".feed-address").first
    assert address.evaluate("element => getComputedStyle(element).userSelect") == "all"
    context.close()


@pytest.mark.parametrize("path", ["/wiki/states/", "/wiki/resources/?view=map"])
def test_the_words_of_the_map_are_readable_on_the_narrowest_screen(page, path):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(path)
    sizes = page.locator(".state-map > svg text").evaluate_all(
        """texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize)
             * text.ownerSVGElement.getScreenCTM().a)"""
    )
    assert min(sizes) >= LEAST_PIXELS
    outside = page.locator(".state-map a").evaluate_all(
        """links => links.filter(link => { const tile = link.querySelector("rect")
             .getBoundingClientRect(); return [...link.querySelectorAll("text")].some(text =>
             { const box = text.getBoundingClientRect()
               return box.left < tile.left || box.right > tile.right }) }).length"""
    )
    assert outside == 0


def test_paper_keeps_the_leaf_of_a_calendar_whole(page):
    """Whatever stands before it: the leaves are moved down the sheet in small steps."""
    page.goto("/events/")
    month = page.locator(".leaf-month").first.inner_text()
    for height in range(0, 260, 20):
        page.evaluate(
            """height => { document.querySelector("main").style.paddingBlockStart =
                 `${500 + height}px` }""",
            height,
        )
        for lines in sheets_of(page.pdf(format="Letter")):
            weekdays = sum(line in WEEKDAYS for line in lines)
            assert lines.count(month) == weekdays, height


def sheets_of(pdf: bytes) -> list[list[str]]:
    """The lines on each sheet."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return [
            [line.strip() for line in sheet.get_textpage().get_text_range().splitlines()]
            for sheet in document
        ]


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
