"""Two browsers edit one wiki page: what both wrote is kept, by merging or by showing both."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from competencyworks.core import revisions
from tests import factories
from tests.browser.test_editor import Visit
from tests.conftest import signed_in
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "<p>Time varies.</p>\n<p>Learning does not.</p>\n<p>Steps are small.</p>"


@pytest.fixture
def page_of_two():
    page = factories.wiki_page("Pacing", body=BODY)
    revisions.record(page)
    return page


@pytest.fixture
def two(chromium, live_server):
    """Windows of two curators."""
    visits = []
    for name, first, last in (("ruth", "Ruth", "Ode"), ("ben", "Ben", "Okafor")):
        client = signed_in(name, first_name=first, last_name=last, is_superuser=True)
        visits.append(Visit(chromium, live_server, client))
    yield visits
    for each in visits:
        each.context.close()


def open_both(two, page) -> None:
    for window in two:
        window.open(f"/admin/wiki/wikipage/{page.pk}/change/")


def write(window, paragraph: int, words: str) -> None:
    """Put `words` in the place of a paragraph, with mouse and keys."""
    window.text.locator("p").nth(paragraph).click(click_count=3)
    window.page.keyboard.type(words)


def text_of(page) -> list[str]:
    return WikiPage.objects.get(pk=page.pk).body.split("\n")


def test_different_paragraphs_are_merged(two, page_of_two):
    ruth, ben = two
    open_both(two, page_of_two)
    write(ruth, 0, "Time bends.")
    write(ben, 2, "Steps are clear.")
    ben.save()
    ruth.save()
    expect(ruth.page.locator(".messagelist")).to_contain_text(
        "Ben Okafor saved changes while you were writing. Merged: Text."
    )
    body = WikiPage.objects.get(pk=page_of_two.pk).body
    for words in ("Time bends.", "Learning does not.", "Steps are clear."):
        assert words in body
    for window in two:
        window.check()


def test_the_same_paragraph_shows_both_texts(two, page_of_two):
    ruth, ben = two
    open_both(two, page_of_two)
    write(ruth, 0, "Time bends.")
    write(ben, 0, "Time is given.")
    ben.save()
    ruth.save()
    both = ruth.page.get_by_role("region", name="You both changed this")
    expect(both).to_contain_text("Time bends.")
    expect(both).to_contain_text("Time is given.")
    expect(both.get_by_role("heading", name="Ben Okafor")).to_be_visible()
    assert "Time is given." in WikiPage.objects.get(pk=page_of_two.pk).body
    ruth.wait()
    assert "Time bends." in ruth.data()
    found = Axe().run(ruth.page, context=".cw-collisions")
    assert found.response["violations"] == []
    write(ruth, 0, "Time is given, and bends.")
    ruth.save()
    body = WikiPage.objects.get(pk=page_of_two.pk).body
    assert "Time is given, and bends." in body
    assert "Steps are small." in body
    for window in two:
        window.check()


def test_two_revisions_are_chosen_by_keys(two, page_of_two):
    page = page_of_two
    page.body = BODY.replace("small", "clear")
    page.save()
    revisions.record(page)
    window = two[0].page
    window.goto(f"{two[0].root}/admin/wiki/wikipage/{page.pk}/history/")
    window.get_by_role("radio", name="From number 1").focus()
    window.keyboard.press("Space")
    window.keyboard.press("Enter")
    expect(window.locator("ins")).to_have_count(2)  # the key, and the word
    window.goto(f"{two[0].root}{page.path}history/")
    window.get_by_role("radio", name="To version 2").focus()
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", level=1)).to_have_text("What changed in “Pacing”")
    expect(window.locator(".difference ins")).to_contain_text("clear")
    for address in ("history/", "history/compare/?from=1&to=2"):
        window.goto(f"{two[0].root}{page.path}{address}")
        assert Axe().run(window).response["violations"] == []
    two[0].check()
