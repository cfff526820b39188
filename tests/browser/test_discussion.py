"""A conversation in Chromium: by pages alone, and with the script that shortens the way."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from competencyworks.core.discussion import form_tokens, moderation
from competencyworks.core.discussion.marks import to_html
from competencyworks.core.models import Comment, OutgoingMail
from tests import factories
from tests.browser.conftest import Site
from tests.browser.test_accessibility import OPTIONS
from tests.core.vectors import VECTORS

pytestmark = pytest.mark.django_db(transaction=True)

MARKS = "We tried *this*.\n\n> time varies\n\n- one\n- two"


@pytest.fixture
def site(chromium, live_server) -> Site:
    """An empty site; what a test puts into it goes with the test."""
    return Site(live_server.url, {})


@pytest.fixture
def no_script(visitor) -> Callable[[], Page]:
    """Opens tabs in browsers whose users have turned scripts off."""
    return lambda: visitor(java_script_enabled=False).new_page()


@pytest.fixture
def item(site):
    return factories.post(title="Pace")


def fill(page: Page, name: str, email: str, body: str, replies: bool = False) -> None:
    form = page.locator("form[data-discussion]")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Email", exact=True).fill(email)
    form.get_by_label("Comment", exact=True).fill(body)
    form.get_by_label("Email me when").set_checked(replies)


def comment_by_pages(page: Page, *words, **more) -> None:
    fill(page, *words, **more)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview your comment")
    page.get_by_role("button", name="Post comment").first.click()


def mail(kind: str, to: str) -> OutgoingMail:
    return OutgoingMail.objects.filter(kind=kind, to_email=to).latest("pk")


def path_in(text: str, what: str) -> str:
    return re.search(rf"/comments/{what}/\S+", text)[0]


def approve(comment: Comment) -> None:
    moderation.decide(comment, "approved", source="moderator", reason="Good.")


def test_a_conversation_without_script(item, no_script):
    nora = no_script()
    nora.goto(item.path)
    comment_by_pages(nora, "Nora Quist", "nora@example.org", MARKS, replies=True)
    expect(nora.get_by_role("heading", level=1)).to_have_text("Your comment is awaiting review")
    shown = nora.locator(".comment")
    expect(shown.locator("em")).to_have_text("this")
    expect(shown.locator("li")).to_have_count(2)

    box = nora.get_by_label("Comment", exact=True)
    expect(box).to_have_value(MARKS)
    box.fill("We tried **that**.")
    nora.get_by_role("button", name="Save changes").click()
    expect(shown.locator("strong")).to_have_text("that")

    reader = no_script()
    reader.goto(item.path)
    expect(reader.get_by_text("We tried")).to_have_count(0)
    first = Comment.objects.get(email="nora@example.org")
    approve(first)
    reader.reload()
    expect(reader.locator(f"#comment-{first.pk} strong")).to_have_text("that")

    nora.goto(path_in(mail("comment_confirm", "nora@example.org").text, "confirm"))
    nora.get_by_role("button", name="Confirm my email address").click()
    expect(nora.get_by_role("heading", level=1)).to_have_text("Your email address is confirmed")

    reader.locator(f"#comment-{first.pk}").get_by_role("link", name="Reply to Nora Quist").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Reply to Nora Quist")
    comment_by_pages(reader, "Ben Adair", "ben@example.org", "So did we.")
    second = Comment.objects.get(email="ben@example.org")
    assert second.parent == first
    approve(second)
    reader.goto(item.path)
    answer = reader.locator(f"#comment-{second.pk}")
    expect(answer).to_contain_text("in reply to Nora Quist")

    told = mail("comment_answer", "nora@example.org")
    assert "So did we." in told.text
    stop = path_in(told.headers["List-Unsubscribe"], "stop").rstrip(">")
    done = reader.request.post(stop, form={"List-Unsubscribe": "One-Click"})
    assert done.status == 200
    first.refresh_from_db()
    assert not first.wants_replies


def test_a_known_address_posts_in_one_step_from_its_device(item, visitor, monkeypatch):
    # A test types faster than people.
    mint = form_tokens.mint
    monkeypatch.setattr(form_tokens, "mint", lambda item, previewed=True: mint(item, True))
    factories.comment(item, email="known@example.org")
    context = visitor()
    page = context.new_page()
    page.goto(item.path)
    fill(page, "Kim", "known@example.org", "Said by me.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("you should get an email shortly")).to_be_visible()
    page.goto(path_in(mail("comment_confirm", "known@example.org").text, "confirm"))
    page.get_by_role("button", name="Publish my comment").click()
    expect(page.get_by_text("Your comment is public")).to_be_visible()

    page.goto(item.path)
    fill(page, "Kim", "known@example.org", "Said at once.")
    page.get_by_role("button", name="Post comment").click()
    comment = Comment.objects.filter(email="known@example.org").latest("pk")
    page.wait_for_url(f"**{item.path}#comment-{comment.pk}")
    expect(page.locator(f"#comment-{comment.pk}")).to_contain_text("Said at once.")
    assert (comment.status, comment.is_confirmed) == ("approved", True)
    page.get_by_role("link", name="Edit or withdraw").click()
    page.get_by_label("Comment", exact=True).fill("Said at once, and changed.")
    page.get_by_role("button", name="Save changes").click()
    page.goto(item.path)
    expect(page.get_by_text("Said at once, and changed.")).to_be_visible()
    assert context.cookies() == []
    assert "known@example.org" not in page.evaluate("JSON.stringify(localStorage)")


def test_the_form_comes_to_what_is_answered_and_goes_back(item, page):
    above = factories.comment(item, name="Ana")
    page.goto(item.path)
    link = page.get_by_role("link", name="Reply to Ana")
    link.click()
    form = page.locator(f"#comment-{above.pk} + #write")
    expect(form.get_by_role("heading")).to_have_text("Reply to Ana")
    expect(form.get_by_label("Name")).to_be_focused()
    assert form.locator("[name=parent]").input_value() == str(above.pk)
    form.get_by_role("button", name="Cancel reply").click()
    expect(link).to_be_focused()
    expect(page.locator("#write").get_by_role("heading")).to_have_text("Write a comment")
    assert page.locator("#write [name=parent]").input_value() == ""


def test_a_comment_on_another_page_is_found(item, page):
    for _ in range(51):
        last = factories.comment(item)
    page.goto(f"{item.path}#comment-{last.pk}")
    page.wait_for_url(f"**{item.path}?comments=2#comment-{last.pk}")
    expect(page.locator(f"#comment-{last.pk}")).to_be_visible()


def test_what_is_wrong_is_where_the_focus_is(item, page):
    page.goto(item.path)
    page.get_by_role("button", name="Preview").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    alert.get_by_role("link", name="Enter your name.").click()
    expect(page.get_by_label("Name")).to_be_focused()


def test_nobody_with_scripts_on_is_shown_the_trap(item, page):
    page.goto(item.path)
    box = page.locator("[name=subject]").bounding_box()
    assert box["x"] + box["width"] <= 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_say(item, page, width, scheme):
    above = factories.comment(item, name="Ana", website="https://example.org/")
    factories.comment(item, parent=above, is_pinned=True)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    action = f"/comments/on/blog.post/{item.pk}/"
    said = {}

    def press(name: str) -> None:
        # A click ends with the answer's first byte, when there may be nothing to look at yet.
        with page.expect_navigation():
            page.get_by_role("button", name=name).first.click()

    def look(name: str) -> None:
        results = Axe().run(page, options=OPTIONS)
        if results.violations_count:
            said[name] = results.generate_report()

    page.goto(item.path)
    page.get_by_role("link", name="Reply to Ana").click()
    look("thread")
    page.goto(f"{action}?parent={above.pk}")
    look("form")
    press("Preview")
    look("errors")
    fill(page, "Nora", "nora@example.org", MARKS)
    press("Preview")
    look("preview")
    press("Post comment")
    look("private page")
    page.goto(f"/comments/{above.pk}/report/")
    look("report")
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_attacks_in_every_field_run_nowhere(item, visitor):
    context = visitor()
    context.add_init_script("window.hits = []; window.hit = what => hits.push(String(what))")
    page = context.new_page()
    for attack in VECTORS.values():
        body = attack.replace("\0", "")
        factories.comment(item, name=body[:200], body=to_html(f"Words {body}"))
    number = 1
    while True:
        answer = page.goto(f"{item.path}?comments={number}")
        if answer.status == 404:
            break
        assert page.evaluate("hits") == []
        number += 1
    assert number > 2
    for attack in list(VECTORS.values())[::9]:
        page.goto(f"/comments/on/blog.post/{item.pk}/")
        fill(page, attack.replace("\0", ""), "x@example.org", f"Words {attack}".replace("\0", ""))
        page.get_by_role("button", name="Preview").click()
        page.wait_for_load_state()
        assert page.evaluate("hits") == []
