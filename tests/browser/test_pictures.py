"""The form of a picture: a new file asks for its words, earlier files come back."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from competencyworks.core.models import Image
from tests import factories
from tests.browser.test_editor import visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def choose(page, color: str) -> None:
    content = factories.pixels(color=color)
    page.set_input_files(
        "#id_file", {"name": "door.png", "mimeType": "image/png", "buffer": content}
    )


def look(page, name: str) -> None:
    """A picture of the page where PICTURES_OF_PAGES names a folder, for those who look."""
    if folder := os.environ.get("PICTURES_OF_PAGES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_picture_is_replaced_and_comes_back(visit, width):  # noqa: F811
    image = factories.image(title="Steps")
    body = f'<p><img src="{image.file.url}" alt="Three steps" data-image="{image.pk}"></p>'
    post = factories.post(title="On steps", body=body)
    window = visit()
    page = window.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{window.root}/admin/core/image/{image.pk}/change/")
    expect(page.get_by_text("A new alternative text changes 1 public text")).to_be_visible()
    choose(page, "#aa0000")
    page.click("input[name=_continue]")
    expect(page.get_by_text("You chose a new file. Choose it again")).to_be_visible()
    look(page, f"asked-{width}")
    choose(page, "#aa0000")
    page.fill("#id_alt", "A red door")
    page.click("input[name=_continue]")
    expect(page.get_by_text("1 text changed with the picture.")).to_be_visible()
    small = page.locator(".cw-versions img")
    small.scroll_into_view_if_needed()
    expect(small).to_have_js_property("naturalWidth", 900)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(page, f"replaced-{width}")
    post.refresh_from_db()
    assert 'alt="A red door"' in post.html
    page.get_by_role("link", name="Restore this file").click()
    expect(page.get_by_role("button", name="Restore this file")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(page, f"restore-{width}")
    page.get_by_role("button", name="Restore this file").click()
    expect(page.get_by_text("was restored")).to_be_visible()
    assert Image.objects.get().alt == "Three steps"
    window.check()
