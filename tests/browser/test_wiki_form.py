"""The form of a topic page: titles complete after two brackets, resources are moved by keys."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.test_editor import visit  # noqa: F401 - a fixture
from tests.wiki.test_pages import links
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db(transaction=True)


def options(window) -> list[str]:
    return window.page.locator(".cw-titles [role=option]").all_text_contents()


def write(window, words: str) -> None:
    window.text.locator("body").click()
    window.page.keyboard.type(words)


def test_titles_are_completed_by_keys(visit):  # noqa: F811
    factories.wiki_page("Grading for learning")
    factories.wiki_page("Grading scales", public=False)
    factories.wiki_page("On grading")
    window = visit().open("/admin/wiki/wikipage/add/")
    window.page.fill("#id_title", "Pacing")
    write(window, "See [[grad")
    listbox = window.page.get_by_role("listbox", name="Pages of the wiki")
    expect(listbox).to_be_visible()
    assert options(window) == ["Grading for learning", "Grading scales draft", "On grading"]
    press = window.page.keyboard.press
    press("ArrowDown")
    expect(listbox.get_by_role("option", selected=True)).to_contain_text("Grading scales")
    expect(window.page.get_by_role("status").filter(has_text="2 of 3")).to_be_attached()
    press("ArrowUp")
    press("ArrowUp")
    press("Enter")
    expect(listbox).to_be_hidden()
    window.page.keyboard.type(" and [[grading S")
    expect(listbox.get_by_role("option", selected=True)).to_contain_text("Grading scales")
    press("Tab")
    window.page.keyboard.type(".")
    assert window.data().strip() == "<p>See [[On grading]] and [[Grading scales]].</p>"
    window.save()
    assert WikiPage.objects.get(title="Pacing").body == (
        "<p>See [[On grading]] and [[Grading scales]].</p>"
    )
    window.check()


def test_escape_leaves_what_was_typed_and_enter_is_a_new_line_again(visit):  # noqa: F811
    factories.wiki_page("Grading")
    window = visit().open("/admin/wiki/wikipage/add/")
    write(window, "See [[gra")
    listbox = window.page.get_by_role("listbox", name="Pages of the wiki")
    expect(listbox).to_be_visible()
    window.page.keyboard.press("Escape")
    expect(listbox).to_be_hidden()
    window.page.keyboard.press("Enter")
    window.page.keyboard.type("[[Gra|words]]")
    assert window.data().split() == ["<p>See", "[[gra</p>", "<p>[[Gra|words]]</p>"]
    window.check()


def test_titles_are_taken_by_the_pointer_and_brackets_are_not_doubled(visit):  # noqa: F811
    factories.wiki_page("R&D in schools")
    window = visit().open("/admin/wiki/wikipage/add/")
    write(window, "[[r&d]]")
    for _ in range(2):
        window.page.keyboard.press("ArrowLeft")
    window.page.get_by_role("option", name="R&D in schools").click()
    window.page.keyboard.type("!")
    assert window.data().strip() == "<p>[[R&amp;D in schools]]!</p>"
    window.check()


def test_resources_are_added_and_moved_by_keys(visit, client):  # noqa: F811
    page = factories.wiki_page("Pacing")
    for place, title in enumerate(("First report", "Second report")):
        page.page_resources.create(resource=factories.resource(title=title), position=place)
    factories.resource(title="Third report")
    window = visit().open(f"/admin/wiki/wikipage/{page.pk}/change/")
    tab = window.page
    rows = tab.locator(".cw-row")
    expect(rows).to_have_count(2)
    tab.get_by_role("button", name="Add resource").click()
    expect(rows).to_have_count(3)
    tab.keyboard.press("Enter")
    tab.locator(".select2-dropdown .select2-search__field").fill("Third")
    tab.locator(".select2-results__option", has_text="Third report").click()
    tab.keyboard.press("Alt+ArrowUp")
    expect(tab.locator(".cw-rows-told")).to_have_text("“Third report” is now row 2 of 3.")
    rows.nth(0).get_by_role("button", name="Move down").click()
    window.save()
    found = links(client.get(page.path), "//ul[@class='resource-lines']")
    assert list(found) == ["Third report", "First report", "Second report"]
    window.check()
