"""Signing in, in a real Chromium: app, passkey, reset, waits, a new colleague's first post."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from django.test import Client
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import expect

from blog.models import Post
from competencyworks.accounts import password_reset
from competencyworks.core.models import OutgoingMail
from tests.accounts.conftest import PASSWORD, code_of, with_app
from tests.browser.test_accessibility import OPTIONS

pytestmark = pytest.mark.django_db(transaction=True)

WATCH = """
window.violations = []
document.addEventListener("securitypolicyviolation", event =>
  violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
"""

SETTLED = "Promise.allSettled(document.getAnimations().map(each => each.finished))"


@pytest.fixture
def ann(transactional_db) -> User:
    user = User.objects.create_user(
        "ann", "ann@example.org", PASSWORD, is_staff=True, first_name="Ann"
    )
    user.groups.add(Group.objects.get(name="Author"))
    return user


@pytest.fixture
def tab(chromium, live_server):
    """A window without a past; what its policy refused fails the test."""
    context = chromium.new_context(base_url=live_server.url)
    context.add_init_script(WATCH)
    context.set_default_timeout(20_000)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: (
            problems.append(message.text)
            if message.type == "error" and "status of 4" not in message.text
            else None
        ),
    )
    yield page
    assert not problems
    context.close()


def look(tab) -> None:
    """Nothing refused by the policy, nothing that axe minds, wide and narrow, light and dark."""
    for width in (360, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            tab.evaluate(SETTLED)  # links change their color slowly
            results = Axe().run(tab, options=OPTIONS)
            assert not results.violations_count, results.generate_report()
    assert tab.evaluate("window.violations") == []
    wide = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def enter(tab, username: str, password: str = PASSWORD, start: str = "/admin/") -> None:
    tab.goto(start)
    tab.get_by_label("Username or email").fill(username)
    tab.get_by_label("Password").fill(password)
    tab.get_by_role("button", name="Sign in", exact=True).click()


def mailed(kind: str, live_server) -> str:
    """The link of the latest mail of a kind, at the server of this test."""
    mail = OutgoingMail.objects.filter(kind=kind).latest("pk")
    return live_server.url + re.search(r"http://[^/]+(/admin/account/\S+/)", mail.text)[1]


def test_with_an_app(tab, ann):
    tab.goto("/admin/login/")
    look(tab)
    enter(tab, "ann", start="/admin/blog/post/")
    tab.get_by_role("link", name="Your account").click()
    look(tab)
    tab.get_by_role("link", name="Set up an authenticator app").click()
    look(tab)
    secret = tab.get_by_label("Or enter this secret key").input_value()
    tab.get_by_label("Authenticator code").fill(code_of(secret))
    tab.get_by_role("button", name="Turn on").click()
    expect(tab.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(tab)
    codes = tab.get_by_label("Unused codes").input_value().split()
    tab.get_by_role("button", name="Sign out").click()
    enter(tab, "ann", start="/admin/blog/post/")
    expect(tab.get_by_role("heading", name="Two-step verification")).to_be_visible()
    look(tab)
    tab.get_by_label("Code").fill("000000")
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_text("The code is not correct.")).to_be_visible()
    tab.get_by_label("Code").fill(codes[0])  # the app's code was used just now
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/admin/blog/post/")


def test_with_a_passkey(tab, ann):
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    enter(tab, "ann")
    tab.goto("/admin/account/")
    tab.get_by_role("link", name="Add a passkey").click()
    look(tab)
    tab.get_by_label("Name").fill("My laptop")
    tab.get_by_role("button", name="Add passkey").click()
    expect(tab.get_by_role("heading", name="Recovery codes")).to_be_visible()
    tab.goto("/admin/account/webauthn/")
    expect(tab.get_by_text("My laptop")).to_be_visible()
    look(tab)
    tab.get_by_role("button", name="Sign out").click()
    # The passkey alone.
    tab.goto("/admin/login/?next=/admin/blog/post/")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url(re.compile(r"/admin/(blog/post/)?$"))
    expect(tab.get_by_role("link", name="Your account")).to_be_visible()
    tab.get_by_role("button", name="Sign out").click()
    # The passkey as the second step.
    enter(tab, "ann", start="/admin/blog/post/")
    tab.get_by_role("button", name="Use a passkey or security key").click()
    tab.wait_for_url("**/admin/blog/post/")


def test_without_a_passkey_the_page_says_so_in_words(tab, ann):
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    tab.goto("/admin/login/")
    tab.evaluate(
        """() => { navigator.credentials.get =
        async () => { throw new DOMException("no", "NotAllowedError") } }"""
    )
    tab.get_by_role("button", name="Sign in with a passkey").click()
    expect(tab.get_by_role("alert")).to_contain_text("No passkey was used")


def test_a_new_password_by_mail(tab, ann, live_server):
    tab.goto("/admin/login/")
    tab.get_by_role("link", name="Forgot your password?").click()
    look(tab)
    tab.get_by_label("Email address").fill("ann@example.org")
    tab.get_by_role("button", name="Email me a link").click()
    expect(tab.get_by_role("heading", name="Check your email")).to_be_visible()
    look(tab)
    for row in DBTaskResult.objects.all():
        password_reset.send_links.call(*row.args_kwargs["args"])
    tab.goto(mailed("password_reset", live_server))
    look(tab)
    tab.locator("#id_password1").fill("another sentence 8")
    tab.locator("#id_password2").fill("another sentence 8")
    tab.get_by_role("button", name="Set password").click()
    expect(tab.get_by_role("heading", name="Your password is set")).to_be_visible()
    enter(tab, "ann", "another sentence 8")
    expect(tab.get_by_role("link", name="Your account")).to_be_visible()


def test_after_wrong_passwords_the_page_says_how_long_to_wait(tab, ann):
    stranger = Client()
    for _ in range(25):
        stranger.post("/admin/login/", {"login": "ann", "password": "wrong"})
    enter(tab, "ann")
    expect(tab.get_by_role("alert")).to_contain_text(re.compile(r"Wait \d+ seconds?, then try"))
    look(tab)


def test_a_form_without_a_session_gives_the_words_back(tab, ann):
    enter(tab, "ann", start="/admin/account/")
    tab.goto("/admin/account/password/")
    tab.evaluate(
        """() => { const field = document.createElement("textarea")
        field.name = "body"; field.value = "Three hours of words."
        document.querySelector("#content form").append(field) }"""
    )
    tab.get_by_label("Current Password").fill("never shown")
    tab.locator("#id_password1").fill("never shown")
    tab.locator("#id_password2").fill("never shown")
    tab.context.clear_cookies()
    tab.locator("#content form [type=submit]").click()
    expect(tab.get_by_label("Body")).to_have_value("Three hours of words.")
    assert "never shown" not in tab.content()
    look(tab)


def test_a_new_colleague_is_invited_and_writes_a_post_with_a_byline(tab, live_server):
    User.objects.create_superuser("root", "root@example.org", PASSWORD)
    enter(tab, "root")
    tab.get_by_role("link", name="Invite a colleague").click()
    look(tab)
    tab.get_by_label("Name").fill("Mary-Ann Lee")
    tab.get_by_label("Email address").fill("mary.lee@example.org")
    tab.get_by_label("Author").check()
    tab.get_by_role("button", name="Invite").click()
    expect(tab.get_by_text("Mary-Ann Lee was invited by email.")).to_be_visible()
    tab.get_by_role("button", name="Sign out").click()
    tab.goto(mailed("invitation", live_server))
    look(tab)
    tab.get_by_label("New password:").fill("my own sentence 9")
    tab.get_by_label("New password confirmation:").fill("my own sentence 9")
    tab.get_by_role("button", name="Set password").click()
    expect(tab.get_by_text("Your password is set.")).to_be_visible()
    enter(tab, "mary.lee", "my own sentence 9", start="/admin/blog/post/add/")
    tab.locator("#id_title").fill("My first post")
    tab.locator("#id_channel").select_option(index=1)
    tab.locator("iframe.cke_wysiwyg_frame").first.wait_for()
    tab.evaluate("CKEDITOR.instances.id_body.setData('<p>My first words.</p>')")
    tab.locator("[name=_save], [name=_continue]").first.click()
    expect(tab.locator(".messagelist .success")).to_be_visible()
    post = Post.objects.get(title="My first post")
    assert [person.name for person in post.authors.all()] == ["Mary-Ann Lee"]
    assert post.authors.get().user.username == "mary.lee"
    tab.goto(f"/admin/blog/post/{post.pk}/preview/")
    expect(tab.get_by_role("link", name="Mary-Ann Lee").first).to_be_visible()


def test_who_did_what_and_ones_sessions(tab, ann):
    User.objects.create_superuser("root", "root@example.org", PASSWORD)
    enter(tab, "root")
    tab.get_by_role("link", name="Who did what").click()
    expect(tab.get_by_text("Signed in.")).to_be_visible()
    tab.goto("/admin/account/sessions/")
    look(tab)
    with_app(ann)
    tab.goto("/admin/auth/user/")
    expect(tab.get_by_role("link", name="Invite a colleague")).to_be_visible()
