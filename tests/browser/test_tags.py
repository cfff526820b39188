"""Tags in a form of the admin: chips, completion, keys; and the plain field without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.test_editor import visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def chips(window) -> list[str]:
    return window.page.locator(".cw-chips li > span").all_text_contents()


def test_tags_are_chips_that_are_completed_and_taken_away_by_keys(visit):  # noqa: F811
    factories.post(tags=["Growth mindset", "growth", "seat time"])
    post = factories.post(title="On tags", tags=["seat time", "K-12"])
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    page, press = window.page, window.page.keyboard.press
    entry = page.get_by_role("combobox", name="Tags")
    expect(entry).to_be_visible()
    assert chips(window) == ["K-12", "seat time"]
    assert page.input_value("[name=tags]") == "K-12, seat time"

    entry.press_sequentially("grow")
    listbox = page.get_by_role("listbox", name="Existing tags")
    expect(listbox).to_be_visible()
    assert listbox.get_by_role("option").all_text_contents() == [
        "growth 1 use",
        "Growth mindset 1 use",
    ]
    expect(page.get_by_role("status").filter(has_text="2 tags match.")).to_be_attached()
    press("ArrowDown")
    press("ArrowDown")
    expect(listbox.get_by_role("option", selected=True)).to_contain_text("Growth mindset")
    press("Enter")
    expect(listbox).to_be_hidden()
    entry.press_sequentially("two words,")
    entry.press_sequentially("half")
    press("Escape")
    assert chips(window) == ["K-12", "seat time", "Growth mindset", "two words"]

    page.get_by_role("button", name="Remove seat time").focus()
    press("Enter")
    expect(page.get_by_role("button", name="Remove Growth mindset")).to_be_focused()
    assert chips(window) == ["K-12", "Growth mindset", "two words", "half"]
    window.save()
    names = sorted(post.tags.values_list("name", flat=True))
    assert names == ["Growth mindset", "K-12", "half", "two words"]
    window.check()


def test_what_is_typed_without_a_comma_is_sent_and_the_last_tag_can_be_corrected(visit):  # noqa: F811
    post = factories.post(title="On tags", tags=["seat tme"])
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    entry = window.page.get_by_role("combobox", name="Tags")
    entry.press("Backspace")
    assert entry.input_value() == "seat tme"
    entry.fill("seat time")
    assert window.page.input_value("[name=tags]") == "seat time"
    window.page.keyboard.press("Control+s")
    window.page.wait_for_load_state()
    expect(window.page.locator(".messagelist .success")).to_be_visible()
    assert list(post.tags.values_list("name", flat=True)) == ["seat time"]


def test_without_javascript_the_field_is_a_line(visit):  # noqa: F811
    post = factories.post(title="On tags", tags=["growth mindset", "K-12"])
    window = visit(java_script_enabled=False)
    window.page.goto(f"{window.root}/admin/blog/post/{post.pk}/change/")
    field = window.page.get_by_role("textbox", name="Tags")
    expect(field).to_be_visible()
    assert field.input_value() == "K-12, growth mindset"
