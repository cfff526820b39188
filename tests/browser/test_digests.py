"""A digest is put together in the admin, by keys and by dragging."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Locator, Page, expect

from blog.models import Digest
from tests import factories
from tests.browser.test_scheduling import PASSWORD, sign_in
from tests.core.vectors import VECTORS

pytestmark = pytest.mark.django_db


ATTACKS = [vector.replace("\0", "") for vector in VECTORS.values()][:90]


def two_sections():
    return [
        factories.heading("Policy"), factories.link("A bill"), factories.link("A waiver"),
        factories.heading("Practice"), factories.link("A wall"), factories.link("A bell"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def drafts(site) -> dict[str, Digest]:
    """
    An editor, and digests to work on. The server sees only what is stored outside of tests,
    so each test names the digest that is its own.
    """
    user = User.objects.create_user("editor", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    names = ("keys", "dragging", "escape", "refused", "with script", "without script")
    made = {
        name: factories.digest(*two_sections(), title=name, body="", public=False) for name in names
    }
    attacks = [factories.link(one[:300], source=one[:200], note=one) for one in ATTACKS]
    return made | {"attacks": factories.digest(*attacks, public=False)}


@pytest.fixture
def form(drafts, page) -> Page:
    """The form of a new digest."""
    sign_in(page, "editor")
    page.get_by_role("link", name="Create a digest").click()
    return page


def opened(page: Page, digest: Digest) -> Digest:
    page.goto(f"/admin/blog/digest/{digest.pk}/change/")
    expect(page.get_by_role("heading", name="Change digest")).to_be_visible()
    return digest


def titles(page: Page) -> list[str]:
    return page.locator(".cw-row-title input").evaluate_all("all => all.map(one => one.value)")


def row(page: Page, title: str) -> Locator:
    return page.locator(".cw-row").filter(has=page.locator(f"input[value='{title}']"))


def title_of_focus(page: Page) -> str:
    return page.evaluate(
        "document.activeElement.closest('.cw-row').querySelector('.cw-row-title input').value"
    )


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and stay").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def middle_of(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, title: str, onto: Locator, below: bool) -> None:
    """Take the row by its handle, and let it go over or below the middle of another row."""
    handle = row(page, title).locator(".cw-row-handle")
    handle.scroll_into_view_if_needed()
    page.mouse.move(*middle_of(handle))
    page.mouse.down()
    x, _ = middle_of(handle)
    _, y = middle_of(onto)
    page.mouse.move(x, y + (20 if below else -20), steps=8)
    page.mouse.up()


def test_a_digest_is_put_together_from_nothing_and_readers_see_it(form):
    page = form
    page.get_by_label("Title:", exact=True).first.fill("What came in")
    page.get_by_role("button", name="Add section").click()
    page.keyboard.type("Policy")
    for name in ("A bill", "A waiver"):
        page.get_by_role("button", name="Add link", exact=True).click()
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(f"example.org/{name[2:]}")
    page.get_by_role("button", name="Add section").click()
    page.keyboard.type("Practice")
    page.get_by_role("button", name="Add link here").first.click()
    page.keyboard.type("A rule")
    page.keyboard.press("Tab")
    page.keyboard.type("https://example.org/rule")
    assert titles(page) == ["Policy", "A bill", "A waiver", "A rule", "Practice"]
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_role("button", name="Publish all the same").click()  # no author
    expect(page.get_by_role("row").filter(has_text="What came in")).to_contain_text("Published")
    page.goto("/blog/whats-new/")
    page.get_by_role("link", name="What came in").first.click()
    shown = page.locator(".prose h2, .prose .links a").all_inner_texts()
    assert shown == ["Policy", "A bill", "A waiver", "A rule", "Practice"]
    expect(page.get_by_role("link", name="A waiver")).to_have_attribute(
        "href", "https://example.org/waiver"
    )


def test_rows_are_moved_by_keys_and_a_heading_takes_its_links_along(form, drafts):
    page = form
    digest = opened(page, drafts["keys"])
    told = page.locator(".cw-rows-told")
    row(page, "A bell").get_by_label("Address").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(told).to_have_text("“A bell” is now row 5 of 6, in section “Practice”.")
    assert title_of_focus(page) == "A bell"
    page.keyboard.press("Alt+ArrowUp")
    expect(told).to_have_text("“A bell” is now row 4 of 6, in section “Policy”.")

    row(page, "Practice").get_by_role("button", name="Move up").focus()
    page.keyboard.press("Enter")
    expect(told).to_have_text("Section “Practice”, with 1 link, is now section 1 of 2.")
    assert title_of_focus(page) == "Practice"
    page.keyboard.press("Enter")
    expect(told).to_have_text("“Practice” is already first.")
    order = ["Practice", "A wall", "Policy", "A bill", "A waiver", "A bell"]
    assert titles(page) == order

    save(page)
    assert titles(page) == order
    page.get_by_role("link", name="View saved version").click()
    assert page.locator(".prose h2, .prose .links a").all_inner_texts() == order
    assert [r.title for r in digest.digest_rows.all()] == order


def test_rows_are_moved_by_dragging(form, drafts):
    page = form
    opened(page, drafts["dragging"])
    drag(page, "A bill", row(page, "A wall"), below=True)
    order = ["Policy", "A waiver", "Practice", "A wall", "A bill", "A bell"]
    assert titles(page) == order
    expect(page.locator(".cw-rows-told")).to_contain_text("row 5 of 6, in section “Practice”")

    drag(page, "Practice", row(page, "Policy"), below=False)
    order = ["Practice", "A wall", "A bill", "A bell", "Policy", "A waiver"]
    assert titles(page) == order
    save(page)
    assert titles(page) == order


def test_escape_takes_a_drag_back(form, drafts):
    page = form
    opened(page, drafts["escape"])
    before = titles(page)
    handle = row(page, "A bill").locator(".cw-row-handle")
    handle.scroll_into_view_if_needed()
    page.mouse.move(*middle_of(handle))
    page.mouse.down()
    x, y = middle_of(row(page, "A waiver"))
    page.mouse.move(x, y + 20, steps=5)
    assert titles(page) != before
    page.keyboard.press("Escape")
    page.mouse.up()
    assert titles(page) == before


def test_what_is_refused_comes_back_in_the_order_in_which_it_stood(form, drafts):
    page = form
    opened(page, drafts["refused"])
    row(page, "Policy").get_by_role("button", name="Add link here").click()
    page.keyboard.type("A trap")
    page.keyboard.press("Tab")
    page.keyboard.type("javascript:alert(1)")
    page.get_by_role("button", name="Save and stay").first.click()
    expect(row(page, "A trap")).to_contain_text("Enter a web address")
    order = ["Policy", "A bill", "A waiver", "A trap", "Practice", "A wall", "A bell"]
    assert titles(page) == order
    row(page, "A trap").get_by_label("Address").fill("https://example.org/trap")
    row(page, "A bell").get_by_label("Remove").check()
    save(page)
    assert titles(page) == order[:-1]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_form_works_without_javascript_too(visitor, drafts, javascript):
    context = visitor(java_script_enabled=javascript)
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("Username or email").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    opened(page, drafts["with script" if javascript else "without script"])
    assert page.locator(".cw-row:visible").count() == (6 if javascript else 9)
    if javascript:
        return
    row(page, "A bell").get_by_label("Position").fill("15")
    empty = page.locator(".cw-row").nth(6)
    empty.get_by_label("Title").fill("A form")
    empty.get_by_label("Address").fill("example.org/form")
    empty.get_by_label("Position").fill("25")
    page.get_by_role("button", name="Save and stay").first.click()
    order = ["Policy", "A bell", "A bill", "A form", "A waiver", "Practice", "A wall"]
    assert [title for title in titles(page) if title] == order


def test_nothing_in_a_row_runs_on_the_page_or_in_the_form(form, drafts):
    page, hits = form, []
    page.expose_function("hit", lambda *_: hits.append(page.url))
    digest = opened(page, drafts["attacks"])
    assert page.locator(".cw-row").count() == len(ATTACKS)
    page.wait_for_load_state("networkidle")
    page.goto(f"/admin/blog/digest/{digest.pk}/preview/")
    assert page.locator(".prose .links > li").count() == len(ATTACKS)
    page.wait_for_load_state("networkidle")
    assert not hits
