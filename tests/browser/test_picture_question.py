"""The question what pasted pictures show, and what is said of files that are no pictures."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.test_editor import Visit
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """
files => {
  const carried = new DataTransfer()
  for (const [name, type, bytes] of files) {
    carried.items.add(new File([new Uint8Array(bytes)], name, { type }))
  }
  document.body.focus()
  document.body.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }))
}
"""


@pytest.fixture
def window(chromium, live_server):
    visit = Visit(chromium, live_server, signed_in("editor"))
    yield visit.open(f"/admin/blog/post/{factories.post().pk}/change/")
    visit.context.close()


def paste(window, *files) -> None:
    window.text.locator("p").first.click()
    frame = next(f for f in window.page.frames if f.parent_frame)
    frame.evaluate(PASTE, [[name, kind, list(content)] for name, kind, content in files])


def test_no_empty_error_shows_and_the_first_picture_is_asked_about_first(window):
    # The first one takes longer to arrive than the second.
    held = []

    def later(route):
        if held:
            route.continue_()
            window.page.wait_for_timeout(800)
            held.pop().continue_()
        else:
            held.append(route)

    window.page.route("**/upload/**", later)
    paste(
        window,
        ("one.png", "image/png", factories.pixels((60, 40))),
        ("two.png", "image/png", factories.pixels((50, 50))),
    )
    dialog = window.page.locator("dialog.cw-picture-question")
    dialog.wait_for()
    expect(dialog.locator(".errornote")).to_be_hidden()
    expect(window.text.locator("img[data-image]")).to_have_count(2)
    first = window.text.locator("img[data-image]").first.get_attribute("src")
    assert dialog.locator("img").get_attribute("src") == first
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".errornote")).to_contain_text("what the picture shows")
    sides = "node => getComputedStyle(node).borderLeftWidth"
    assert dialog.evaluate(sides) == dialog.evaluate(sides.replace("Left", "Right"))


@pytest.mark.parametrize("kind", ["application/pdf", "image/svg+xml", "image/heic"])
def test_of_another_file_it_is_said_what_can_be_added(window, kind):
    paste(window, ("x", kind, b"x" * 20))
    window.page.get_by_text("Only JPEG, PNG, GIF, WebP, and AVIF pictures").wait_for()


def test_the_front_page_has_two_columns_on_a_desk(window):
    window.page.goto(f"{window.root}/admin/")
    box = window.page.locator("#content-related").bounding_box()
    first = window.page.locator(".cw-first").bounding_box()
    assert box["x"] >= first["x"] + first["width"]
    assert abs(box["y"] - first["y"]) < 40
    write = window.page.get_by_role("link", name="Write a post").bounding_box()
    assert write["y"] - first["y"] < 40
