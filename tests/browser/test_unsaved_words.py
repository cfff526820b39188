"""No word that was typed into a form of the admin is lost, in a real Chromium."""

import logging
import re
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from blog.models import Digest, Post
from competencyworks.core import revisions
from competencyworks.core.models import Person
from tests import factories
from tests.browser.test_editor import Visit
from tests.browser.test_scheduling import choose
from tests.conftest import signed_in
from tests.core.stored_state import everything_stored
from tests.events.factories import event as make_event
from tests.events.factories import registered

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Words of an afternoon"

STATE = """JSON.stringify([
  [...document.scripts].filter(script => script.dataset.user).map(script => script.dataset),
  navigator.onLine, {...sessionStorage},
])"""


class Desk(Visit):
    """A member of staff at a form; the questions of the browser are noted."""

    def __init__(self, chromium, live_server, client) -> None:
        super().__init__(chromium, live_server, client)
        self.client, self.questions, self.leave = client, [], False
        self.page.on("dialog", self.answer)

    def answer(self, dialog) -> None:
        self.questions.append(dialog.type)
        if self.leave or dialog.type != "beforeunload":
            dialog.accept()
        else:
            dialog.dismiss()

    def sign_in(self, client) -> None:
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        self.context.add_cookies([{**cookie, "url": f"{self.root}/admin/"}])

    def end_session(self) -> None:
        self.client.logout()
        self.context.clear_cookies(name="sessionid")

    def press_save(self) -> None:
        save = self.page.locator("input[name=_continue]").first
        save.click(no_wait_after=True)

    def write(self, words: str) -> None:
        """Put words in the place of the text, with keys."""
        self.text.locator("body").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    @property
    def offer(self):
        return self.page.locator(".cw-kept:not(.cw-offline)")

    def expired_at_save(self) -> str:
        """Save without a session; returns the address that signing in leads to."""
        self.end_session()
        self.press_save()
        self.page.wait_for_url("**next=**")
        return parse_qs(urlsplit(self.page.url).query)["next"][0]

    def kept(self) -> int:
        return self.page.evaluate(
            "Object.keys(sessionStorage).filter(key => key.startsWith('cw-kept ')).length"
        )


@pytest.fixture
def desk(chromium, live_server):
    made = Desk(chromium, live_server, signed_in("root", is_superuser=True))
    yield made
    # Shown when the test has failed: what the tab kept, and for whom.
    logging.info("%s %s %s", made.page.url, made.problems, made.questions)
    if not made.page.is_closed():
        logging.info(made.page.evaluate(STATE))
    made.context.close()


@contextmanager
def no_question(desk):
    before = len(desk.questions)
    yield
    assert len(desk.questions) == before


def stored_post(**more) -> Post:
    more.setdefault("body", "<p>Stored.</p>")
    post = factories.post(title="Pacing", authors=[factories.person("Ada Byron")], **more)
    revisions.record(post)
    return post


def form_of(item) -> str:
    return f"/admin/{item._meta.app_label}/{item._meta.model_name}/{item.pk}/change/"


# --- leaving the page -----------------------------------------------------------------------


def ask_to_leave(desk) -> None:
    """Follow a link of the side bar, and stay."""
    here = desk.page.url
    desk.page.locator("#nav-sidebar a").first.click(no_wait_after=True)
    desk.page.wait_for_timeout(300)
    assert desk.page.url == here


@pytest.mark.parametrize("change", ["title", "text", "row", "select", "checkbox"])
def test_leaving_asks_where_something_is_not_saved(desk, change):
    desk.open(form_of(stored_post()))
    page = desk.page
    match change:
        case "title":
            page.fill("#id_title", WORDS)
        case "text":
            desk.write(WORDS)
        case "row":
            page.locator("#post_authors-group .add-row a").click()
        case "select":
            page.select_option("#id_status", "withdrawn")
        case "checkbox":
            page.locator("summary", has_text="Web address and search").click()
            page.check("#id_hide_from_search_engines")
    ask_to_leave(desk)
    assert desk.questions == ["beforeunload"]
    desk.check()


def test_back_reload_and_closing_the_tab_ask_too(desk):
    desk.page.goto(f"{desk.root}/admin/")
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    desk.page.evaluate("history.back()")
    desk.page.wait_for_timeout(300)
    desk.page.evaluate("location.reload()")
    desk.page.wait_for_timeout(300)
    assert desk.questions == ["beforeunload"] * 2
    expect(desk.page.locator("#id_title")).to_have_value(WORDS)
    desk.leave = True
    with desk.page.expect_event("close"):
        desk.page.close(run_before_unload=True)
    assert desk.questions == ["beforeunload"] * 3


@pytest.mark.parametrize("name", ["post", "digest", "wiki_page", "resource", "paper", "series"])
def test_nothing_is_asked_where_nothing_changed(desk, name):
    picture = factories.image()
    body = (
        f'<p>One &amp; two “three”</p><hr class="more"><figure class="image"><img alt="A" '
        f'data-image="{picture.pk}" src="{picture.file.url}"><figcaption>C</figcaption></figure>'
        "<table><tbody><tr><td>1</td></tr></tbody></table><p></p>"
    )
    desk.open(form_of(getattr(factories, name)(body=body)))
    desk.page.focus("#id_title")
    desk.text.locator("p").first.click()
    desk.page.keyboard.type("x")
    desk.page.keyboard.press("Backspace")
    desk.page.wait_for_timeout(600)
    desk.page.fill("#id_title", "Other")
    desk.page.fill("#id_title", desk.page.get_attribute("#id_title", "value"))
    with no_question(desk):
        desk.page.goto(f"{desk.root}/admin/")
    assert desk.page.url == f"{desk.root}/admin/"


def test_nothing_is_asked_at_save_nor_after_it(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    desk.write(WORDS)
    with no_question(desk):
        desk.save()
        assert Post.objects.get().title == WORDS
        desk.wait()
        assert "#" not in desk.page.url
        desk.page.goto(f"{desk.root}/admin/")
        desk.open(form_of(Post.objects.get()))
        expect(desk.offer).to_have_count(0)
    assert desk.kept() == 0
    desk.check()


def test_a_form_that_came_back_with_errors_is_unsaved_still(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", "")
    desk.save()
    expect(desk.page.locator(".errornote").first).to_be_visible()
    desk.wait()
    expect(desk.offer).to_have_count(0)  # the words stand in the form
    ask_to_leave(desk)
    assert desk.questions == ["beforeunload"]
    assert desk.kept() == 0


@pytest.mark.parametrize("kind", ["person", "topic", "wording", "comment"])
def test_other_forms_with_words_ask_and_keep_too(desk, kind):
    match kind:
        case "person":
            address, field = form_of(factories.person("Ada")), "#id_role"
        case "topic":
            address, field = form_of(factories.topic("Pathways")), "#id_description"
        case "wording":
            address, field = "/admin/events/mailwording/add/", "#id_subject"
        case "comment":
            address, field = form_of(factories.comment(stored_post())), "#id_body"
    desk.page.goto(desk.root + address)
    desk.page.wait_for_load_state()
    desk.page.fill(field, WORDS)
    ask_to_leave(desk)
    assert desk.questions == ["beforeunload"]
    back = desk.expired_at_save()
    desk.sign_in(signed_in("root"))
    desk.page.goto(desk.root + back)
    desk.offer.get_by_role("button", name="Put it back").click()
    expect(desk.page.locator(field)).to_have_value(WORDS)


def test_what_is_put_back_does_not_undo_what_a_colleague_saved_meanwhile(desk):
    bio = "<p>One &amp; two “three”\xa0four<br>five</p><ul><li>A</li></ul><p></p>"
    person = factories.person("Ada", role="Teacher", organization="Here", bio=bio)
    desk.open(form_of(person), "bio")
    desk.page.fill("#id_role", WORDS)
    back = desk.expired_at_save()
    Person.objects.filter(pk=person.pk).update(
        role="Principal", organization="There", bio="<p>Theirs.</p>"
    )
    desk.sign_in(signed_in("root"))
    desk.open(back, "bio")
    desk.offer.get_by_role("button", name="Put it back").click()
    expect(desk.offer).to_contain_text("Somebody has saved changes since then")
    desk.save()
    expect(desk.page.locator(".field-role .errorlist")).to_contain_text("Principal")
    expect(desk.page.locator("#id_role")).to_have_value(WORDS)
    desk.wait()
    person.refresh_from_db()
    assert (person.role, person.organization) == ("Principal", "There")
    desk.save()
    expect(desk.page.locator(".messagelist .info")).to_contain_text(
        "Their changes were kept: organization, bio."
    )
    person.refresh_from_db()
    assert (person.role, person.organization) == (WORDS, "There")
    assert person.bio == "<p>Theirs.</p>"
    desk.check()


# --- the key ----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["title", "text"])
@pytest.mark.parametrize("key", ["Control+s", "Meta+s"])
def test_the_key_saves_and_stays(desk, where, key):
    post = stored_post()
    desk.open(form_of(post))
    if where == "title":
        desk.page.fill("#id_title", WORDS)
    else:
        desk.write(WORDS)
    with desk.page.expect_navigation():
        desk.page.keyboard.press(key)
    expect(desk.page.locator(".messagelist .success")).to_be_visible()
    assert desk.page.url == desk.root + form_of(post)
    post.refresh_from_db()
    assert WORDS in (post.title if where == "title" else post.body)
    assert desk.questions == []
    desk.check()


# --- the preview ------------------------------------------------------------------------------


def test_the_preview_shows_unsaved_words_in_a_new_tab_and_saves_nothing(desk):
    post = stored_post()
    desk.open(form_of(post))
    desk.page.fill("#id_title", WORDS)
    desk.write("Not saved at all.")
    before = everything_stored()
    with desk.context.expect_page() as opened:
        desk.page.get_by_role("button", name="Preview").first.click()
    tab = opened.value
    expect(tab.get_by_role("heading", level=1)).to_have_text(WORDS)
    expect(tab.locator(".prose")).to_contain_text("Not saved at all.")
    assert everything_stored() == before
    expect(desk.page.locator("#id_title")).to_have_value(WORDS)
    ask_to_leave(desk)  # what was shown is not saved
    assert desk.questions == ["beforeunload"]
    assert desk.kept() == 0
    desk.check()


def test_the_preview_says_what_is_wrong(desk):
    desk.open("/admin/blog/post/add/")
    desk.write("Only a text.")
    with desk.context.expect_page() as opened:
        desk.page.get_by_role("button", name="Preview").first.click()
    expect(opened.value.locator(".cw-problems")).to_contain_text("This field is required.")
    assert not Post.objects.exists()


# --- what was typed is kept -------------------------------------------------------------------


def fill_everything(desk) -> None:
    page = desk.page
    page.fill("#id_title", WORDS)
    desk.write("Every word of it.")
    page.fill("#id_excerpt", "In short.")
    page.get_by_role("combobox", name="Tags").fill("pacing, grading,")
    page.select_option("#id_status", "review")
    choose(page, "series", "Four years")
    page.locator("#post_authors-group .add-row a").click()
    rows = page.locator("#post_authors-group tr.form-row:not(.empty-form)")
    rows.last.locator(".select2-selection").click()
    page.locator(".select2-search__field").last.fill("Imani")
    page.locator(".select2-results__option", has_text="Imani Reyes").click()


def test_a_session_that_ended_at_save_costs_no_word(desk):
    factories.person("Imani Reyes")
    factories.series(title="Four years")
    post = stored_post()
    desk.open(form_of(post))
    fill_everything(desk)
    back = desk.expired_at_save()
    assert back == form_of(post)
    desk.sign_in(signed_in("root"))
    desk.open(back)
    expect(desk.offer).to_contain_text(
        re.compile(r"We kept what you typed at \d+:\d\d [ap]\.m\., which was not saved\.")
    )
    expect(desk.page.locator("#id_title")).to_have_value("Pacing")
    desk.offer.get_by_role("button", name="Put it back").click()
    expect(desk.page.locator("#id_title")).to_have_value(WORDS)
    expect(desk.page.locator(".field-series .select2-selection")).to_contain_text("Four years")
    expect(desk.text.locator("body")).to_contain_text("Every word of it.")
    ask_to_leave(desk)
    desk.save()
    post = Post.objects.get()
    assert (post.title, post.excerpt, post.status) == (WORDS, "In short.", "review")
    assert "Every word of it." in post.body
    assert {tag.name for tag in post.tags.all()} == {"pacing", "grading"}
    assert post.series.title == "Four years"
    assert [row.person.name for row in post.post_authors.all()] == ["Ada Byron", "Imani Reyes"]
    expect(desk.offer).to_have_count(0)
    assert desk.kept() == 0
    desk.check()


def test_an_item_that_was_never_saved_is_offered_too(desk):
    desk.open("/admin/blog/post/add/?_changelist_filters=stage%3Ddraft")
    desk.page.fill("#id_title", WORDS)
    desk.write("Every word of it.")
    desk.expired_at_save()
    desk.sign_in(signed_in("root"))
    desk.open("/admin/blog/post/add/")
    desk.offer.get_by_role("button", name="Put it back").click()
    desk.save()
    assert "Every word of it." in Post.objects.get(title=WORDS).body
    desk.open("/admin/blog/post/add/")
    expect(desk.offer).to_have_count(0)


def test_rows_of_a_digest_come_back_in_their_order(desk):
    digest = factories.digest(factories.heading("Policy"), factories.link("A bill"))
    revisions.record(digest)
    desk.open(form_of(digest))
    page = desk.page
    page.get_by_role("button", name="Add section").click()
    page.keyboard.type("Practice")
    page.get_by_role("button", name="Add link", exact=True).click()
    page.keyboard.type("A bell")
    page.keyboard.press("Tab")
    page.keyboard.type("example.org/bell")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    order = ["Policy", "A bell", "A bill", "Practice"]
    titles = page.locator(".cw-row-title input")
    assert titles.evaluate_all("all => all.map(one => one.value)") == order
    back = desk.expired_at_save()
    desk.sign_in(signed_in("root"))
    desk.open(back)
    desk.offer.get_by_role("button", name="Put it back").click()
    assert titles.evaluate_all("all => all.map(one => one.value)") == order
    desk.save()
    rows = Digest.objects.get().digest_rows.all()
    assert [row.title for row in rows] == order
    assert [row.kind for row in rows] == ["section", "link", "link", "section"]


def test_a_lost_connection_at_save_leaves_the_words_where_they_are(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    desk.context.set_offline(True)
    desk.press_save()
    expect(desk.page.locator(".cw-offline")).to_contain_text("There is no connection")
    expect(desk.page.locator("#id_title")).to_have_value(WORDS)
    ask_to_leave(desk)
    desk.context.set_offline(False)
    desk.save()
    assert Post.objects.get().title == WORDS
    assert desk.kept() == 0


def test_a_server_that_does_not_answer_costs_no_word_either(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    desk.write("Every word of it.")
    desk.page.route("**/change/", lambda route: route.abort("connectionreset"))
    with desk.page.expect_event("requestfailed"):
        desk.press_save()
    desk.page.wait_for_timeout(500)  # the browser's own page of errors
    desk.page.unroute("**/change/")
    desk.open(form_of(Post.objects.get()))
    desk.offer.get_by_role("button", name="Put it back").click()
    expect(desk.page.locator("#id_title")).to_have_value(WORDS)
    expect(desk.text.locator("body")).to_contain_text("Every word of it.")


def test_what_is_put_back_does_not_write_over_a_colleagues_save(desk):
    post = stored_post()
    desk.open(form_of(post))
    desk.write("Mine.")
    desk.expired_at_save()
    post.body = "<p>Theirs.</p>"
    post.save()
    revisions.record(post, signed_in("ben", first_name="Ben").user)
    desk.sign_in(signed_in("root"))
    desk.open(form_of(post))
    desk.offer.get_by_role("button", name="Put it back").click()
    expect(desk.offer).to_contain_text("Somebody has saved changes since then")
    desk.save()
    both = desk.page.get_by_role("region", name="You both changed this")
    expect(both).to_contain_text("Mine.")
    expect(both).to_contain_text("Theirs.")
    post.refresh_from_db()
    assert post.body == "<p>Theirs.</p>"


def test_discarded_words_are_not_offered_again(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    back = desk.expired_at_save()
    desk.sign_in(signed_in("root"))
    desk.open(back)
    desk.offer.get_by_role("button", name="Discard").click()
    expect(desk.offer).to_have_count(0)
    desk.open(back)
    desk.page.wait_for_timeout(500)
    expect(desk.offer).to_have_count(0)
    assert desk.kept() == 0


def test_words_that_are_saved_already_are_not_offered(desk):
    """The connection broke after the server had saved."""
    post = stored_post()
    desk.open(form_of(post))
    desk.page.fill("#id_title", WORDS)
    back = desk.expired_at_save()
    Post.objects.update(title=WORDS)
    desk.sign_in(signed_in("root"))
    desk.open(back)
    desk.page.wait_for_timeout(500)
    expect(desk.offer).to_have_count(0)
    assert desk.kept() == 0


def test_another_person_in_this_tab_gets_nothing_of_it(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    back = desk.expired_at_save()
    desk.sign_in(signed_in("ben", is_superuser=True))
    desk.open(back)
    desk.page.wait_for_timeout(500)
    expect(desk.offer).to_have_count(0)
    assert desk.kept() == 0


def test_signing_out_clears_what_was_kept_in_every_tab(desk):
    post = stored_post()
    desk.open(form_of(post))
    desk.page.fill("#id_title", WORDS)
    back = desk.expired_at_save()
    desk.sign_in(signed_in("root"))
    desk.open(back)
    expect(desk.offer).to_have_count(1)
    other = desk.context.new_page()
    other.goto(f"{desk.root}/admin/")
    other.locator("#logout-form button").click()
    expect(desk.offer).to_have_count(0)
    assert desk.kept() == 0


def test_a_duplicated_tab_does_not_offer_what_the_first_one_saved(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    back = desk.expired_at_save()
    desk.sign_in(signed_in("root"))
    desk.open(back)
    expect(desk.offer).to_have_count(1)
    with desk.context.expect_page() as opened:  # a tab that is opened so begins with a copy
        desk.page.evaluate("window.open(location.href)")
    double = opened.value
    expect(double.locator(".cw-kept")).to_have_count(1)
    desk.offer.get_by_role("button", name="Put it back").click()
    desk.save()
    expect(double.locator(".cw-kept")).to_have_count(0)


def test_no_password_is_ever_kept(desk):
    desk.page.goto(f"{desk.root}/admin/auth/user/add/")
    desk.page.wait_for_load_state()
    desk.page.fill("#id_username", "imani")
    desk.page.fill("#id_password1", "learning-is-constant")
    desk.page.fill("#id_password2", "learning-is-constant")
    desk.end_session()
    desk.press_save()
    desk.page.wait_for_url("**next=**")
    stored = desk.page.evaluate("JSON.stringify({...sessionStorage})")
    assert "imani" in stored
    assert "learning-is-constant" not in stored


def test_a_form_sent_after_signing_in_anew_elsewhere_is_kept(desk):
    """The token of the form is no longer good then."""
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    desk.context.clear_cookies(name="csrftoken")
    with desk.page.expect_navigation() as refused:
        desk.press_save()
    assert refused.value.status == 403
    desk.open(form_of(Post.objects.get()))
    desk.offer.get_by_role("button", name="Put it back").click()
    desk.save()
    assert Post.objects.get().title == WORDS
    assert Person.objects.count() == 1


def test_mail_to_registrants_is_asked_about_until_it_is_sent(desk):
    event = make_event(sign_up="form")
    registered(event)
    page = desk.page
    page.goto(f"{desk.root}/admin/events/registration/of/{event.pk}/mail/")
    page.wait_for_load_state()
    page.fill("[name=subject]", WORDS)
    page.fill("[name=text]", "Bring a pen.")
    ask_to_leave(desk)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("button", name="Send to 1")).to_be_visible()
    page.wait_for_load_state()
    ask_to_leave(desk)
    assert desk.questions == ["beforeunload"] * 2
    page.get_by_role("button", name="Send to 1").click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert desk.questions == ["beforeunload"] * 2
    assert desk.kept() == 0


def test_a_search_is_no_loss(desk):
    desk.page.goto(f"{desk.root}/admin/personal-data/")
    desk.page.fill("#id_email", "reader@example.org")
    desk.page.get_by_role("button", name="Show stored data").click()
    with no_question(desk):
        desk.page.goto(f"{desk.root}/admin/")
    assert desk.kept() == 0


def test_the_offer_can_be_used_by_everybody(desk):
    desk.open(form_of(stored_post()))
    desk.page.fill("#id_title", WORDS)
    back = desk.expired_at_save()
    desk.sign_in(signed_in("root"))
    desk.open(back)
    expect(desk.offer).to_be_visible()
    assert Axe().run(desk.page, context=".cw-kept").response["violations"] == []
    desk.offer.get_by_role("button", name="Put it back").focus()
    desk.page.keyboard.press("Enter")
    expect(desk.offer).to_be_focused()
    desk.check()


def test_two_tabs_whose_session_ended_both_get_their_words_back(desk):
    """The first signs in and goes on; the second is told why, and gets its own in the same tab."""
    user = signed_in("root").user
    user.set_password("a sentence of some length 7")
    user.save()
    desk.client = signed_in("root")
    desk.sign_in(desk.client)
    first, second = stored_post(), stored_post(slug="second")
    other = desk.context.new_page()
    desk.open(form_of(first))
    other.goto(f"{desk.root}{form_of(second)}")
    desk.page.fill("#id_title", WORDS)
    other.fill("#id_title", "Words of the other tab")
    desk.expired_at_save()
    expect(desk.page.locator("[data-signed-out]")).to_contain_text("is kept in this tab")
    desk.page.fill("#id_login", "root")
    desk.page.fill("#id_password", "a sentence of some length 7")
    desk.page.get_by_role("button", name="Sign in", exact=True).click()
    desk.offer.get_by_role("button", name="Put it back").click()
    expect(desk.page.locator("#id_title")).to_have_value(WORDS)
    other.locator("input[name=_continue]").first.click(no_wait_after=True)
    expect(other.locator("#content")).to_contain_text("What you typed is kept in this tab")
    other.get_by_role("link", name="Open the page again").click()
    other.get_by_role("button", name="Put it back").click()
    expect(other.locator("#id_title")).to_have_value("Words of the other tab")
    assert len(desk.context.pages) == 2
