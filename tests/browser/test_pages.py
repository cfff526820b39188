"""Each kind of page in Chromium: with and without script, narrow and wide, quiet."""

import pytest

pytestmark = pytest.mark.django_db

NARROW, WIDE = 320, 1280


@pytest.fixture
def no_script(visitor):
    """A tab in a browser whose user has turned scripts off."""
    return visitor(java_script_enabled=False).new_page()


def test_no_page_scrolls_sideways_on_the_narrowest_screen(site, page):
    page.set_viewport_size({"width": NARROW, "height": 640})
    wider = {}
    for kind, path in site.paths.items():
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW:
            wider[kind] = page.evaluate(WIDEST)
    assert not wider


# The elements that reach out of the window, but not those in something that scrolls by itself.
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".masthead nav"))
  .map(e => `${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}`)
  .slice(0, 5)"""


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_pages_are_quiet_and_keep_nothing_of_their_reader(site, visitor, width):
    context = visitor(viewport={"width": width, "height": 900})
    page = context.new_page()
    for path in site.paths.values():
        page.goto(path)
    page.wait_for_load_state("networkidle")
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_nothing_jumps_while_a_page_loads(site, page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.add_init_script(WATCH_SHIFTS)
    for kind in ("home", "post", "series", "page"):
        page.goto(site.paths[kind], wait_until="networkidle")
        assert page.evaluate("shifted") < 0.01, kind


WATCH_SHIFTS = """
window.shifted = 0
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value
}).observe({type: "layout-shift", buffered: true})
"""


def test_every_page_can_be_read_without_script(site, no_script):
    for kind, path in site.paths.items():
        no_script.goto(path)
        heading = no_script.get_by_role("heading", level=1)
        assert heading.count() == 1, kind
        assert no_script.get_by_role("main").inner_text().strip(), kind
        assert no_script.get_by_role("navigation", name="Sections").get_by_role("link").count() > 2


def test_a_reader_without_script_finds_a_part_of_a_series(no_script):
    no_script.goto("/")
    no_script.get_by_role("link", name="Series", exact=True).first.click()
    no_script.get_by_role("link", name="Four years in a small school").first.click()
    no_script.get_by_role("link", name="Part 1 of the work on competency").first.click()
    assert no_script.get_by_role("heading", level=1).inner_text().startswith("Part 1")
    no_script.get_by_role("link", name="Part 2 of the work").last.click()
    assert "part-2" in no_script.url


def test_a_reader_without_script_searches(no_script):
    no_script.goto("/nothing-is-here/")
    no_script.get_by_role("main").get_by_role("searchbox").fill("competency")
    no_script.get_by_role("main").get_by_role("button", name="Search").click()
    results = no_script.get_by_role("main").get_by_role("article")
    assert results.count() == 10
    assert results.locator("mark").first.inner_text().lower() == "competency"
    no_script.get_by_role("link", name="Older").click()
    assert results.count() > 0
    assert "page=2" in no_script.url


def test_the_keyboard_reaches_the_text_first(page):
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    assert skip.is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
