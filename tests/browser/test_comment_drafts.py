"""What is written in a tab stays there until it is posted, and is sent nowhere before."""

import pytest
from playwright.sync_api import expect

from competencyworks.core.models import Comment
from tests import factories
from tests.browser.conftest import Site

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = "sessionStorage.getItem('competencyworks.writing')"


@pytest.fixture
def site(chromium, live_server) -> Site:
    return Site(live_server.url, {})


@pytest.fixture
def item(site):
    return factories.post(title="Pace")


def write(page, body: str) -> None:
    page.get_by_label("Comment", exact=True).fill(body)


def test_a_reload_keeps_the_words_and_what_they_answer(item, visitor):
    above = factories.comment(item, name="Ben")
    page = visitor().new_page()
    page.goto(item.path)
    page.locator(f"#comment-{above.pk} a.answer").click()
    asked = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    write(page, "Half a thought")
    page.reload()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Half a thought")
    assert page.locator("[name=parent]").input_value() == str(above.pk)
    expect(page.locator("#write.here")).to_be_visible()
    assert asked
    assert not [each for each in asked if "Half" in each]


def test_words_are_forgotten_once_they_are_posted_and_kept_while_they_are_not(item, visitor):
    page = visitor().new_page()
    page.goto(item.path)
    write(page, "We tried this.")
    page.get_by_role("button", name="Preview").click()
    page.goto(item.path)  # away from a page that asks for a name
    expect(page.get_by_label("Comment", exact=True)).to_have_value("We tried this.")
    page.get_by_label("Name").fill("Nora")
    page.get_by_label("Email", exact=True).fill("nora@example.org")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Post comment").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is awaiting review")
    assert page.evaluate(KEPT) is None
    page.goto(item.path)
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")
    assert Comment.objects.count() == 1


def test_the_words_of_one_page_do_not_appear_on_another(item, visitor):
    other = factories.post(title="Space")
    page = visitor().new_page()
    page.goto(item.path)
    write(page, "Only here")
    page.goto(other.path)
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")
