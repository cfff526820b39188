"""The map of policies with the keyboard, by axe, and on a narrow screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from competencyworks.core import revisions
from tests import factories
from tests.browser.test_accessibility import OPTIONS
from wiki.states.tiles import PLACES

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def policies(chromium, live_server):
    """Two policies of New Hampshire and seven of Ohio, of several forms."""
    nh, ohio = factories.state("NH"), factories.state("OH")
    forms = ["statute", "pilot", "waiver", "guidance", "regulation", "", "pilot"]
    for states, form in [([nh, ohio], form) for form in forms[:2]] + [
        ([ohio], form) for form in forms[2:]
    ]:
        revisions.record(factories.resource(kind="policy", states=states, policy_form=form))


@pytest.fixture
def page(chromium, live_server, policies):
    context = chromium.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


def focused(page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') || ''")


def test_the_keyboard_reaches_every_state_and_tells_its_number(page):
    page.goto("/wiki/states/")
    page.locator(".skip-map").focus()
    said = []
    for _ in PLACES:
        page.keyboard.press("Tab")
        said.append(focused(page))
    assert all(said)
    assert len(set(said)) == len(PLACES)
    assert "New Hampshire: 2 policies (1 statute, 1 pilot program)" in said
    page.keyboard.press("Tab")
    assert not focused(page)  # past the map


def test_enter_on_a_tile_leads_to_the_state(page):
    page.goto("/wiki/states/")
    page.locator("a[aria-label^='New Hampshire']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/nh/")


def test_who_does_not_want_the_map_passes_it_in_one_step(page):
    page.goto("/wiki/states/")
    page.locator(".skip-map").focus()
    assert page.locator(".skip-map").bounding_box()["width"] > 40  # seen once it has the focus
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "table"


@pytest.mark.parametrize(
    "path", ["states/", "states/?color=form", "states/?as_of=x", "resources/?view=map"]
)
def test_axe_finds_nothing_to_say(page, path):
    page.goto(f"/wiki/{path}")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page, options=OPTIONS)
            assert not results.violations_count, results.generate_report()


def test_the_map_fits_a_narrow_screen_and_its_tiles_can_be_hit(page):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/wiki/states/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    tile = page.locator("a[aria-label^='Ohio'] rect").first.bounding_box()
    assert min(tile["width"], tile["height"]) >= 24  # WCAG 2.2, 2.5.8
