"""
A suggestion from the form to the page, and back again: on a phone without JavaScript, and at the
desk of a curator without it too.
"""

import email
import re
from email import policy

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from competencyworks.core import revisions
from competencyworks.core.mail.sending import send_waiting_mail
from tests import factories
from tests.browser.conftest import Site
from wiki.models import Suggestion
from wiki.suggesting import form_token

pytestmark = [pytest.mark.usefixtures("chromium"), pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 780}, "java_script_enabled": False}
DESK = {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def site(chromium, live_server) -> Site:
    """An empty site; what a test puts into it goes with the test."""
    return Site(live_server.url, {})


@pytest.fixture
def page_of_wiki(site):
    item = factories.wiki_page(
        "Moving on", slug="moving-on", body="<p>Learners move on by age.</p><p>The end.</p>"
    )
    revisions.record(item, None, "First version")
    return item


@pytest.fixture
def curator(visitor):
    """A tab in which a curator has signed in."""
    user = User.objects.create_user("show-curator", password="a-good-word", is_staff=True)
    user.groups.add(Group.objects.get(name="Curator"))
    tab = visitor(**DESK).new_page()
    tab.goto("/admin/login/?next=/admin/")
    tab.get_by_label("Username or email").fill("show-curator")
    tab.get_by_label("Password").fill("a-good-word")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    return tab


def fits(tab) -> bool:
    return tab.locator("html").bounding_box()["width"] <= 360


def test_a_suggestion_is_compared_accepted_seen_with_credit_and_taken_back(
    visitor, curator, page_of_wiki, settings, tmp_path
):
    tab = visitor(**PHONE).new_page()
    tab.goto("/wiki/moving-on/")
    tab.get_by_role("link", name="Suggest an edit").click()
    field = tab.get_by_label("Text", exact=True)
    expect(field).to_have_value("Learners move on by age.\n\nThe end.")
    field.fill("Learners move on when they *show* that they are ready.\n\nThe end.")
    tab.get_by_label("Your name").fill("Nora Quist")
    tab.get_by_label("Your email address").fill("nora@example.org")
    tab.get_by_role("button", name="Preview").click()
    assert fits(tab)
    expect(tab.locator(".preview del")).to_contain_text("by age")
    tab.locator(".preview").get_by_role("button", name="Submit suggestion").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(
        "Thank you. Your suggestion is awaiting review"
    )
    tab.goto("/wiki/moving-on/")
    expect(tab.get_by_role("main")).to_contain_text("by age")

    curator.goto("/admin/")
    queue = curator.get_by_role("region", name="Suggestions awaiting review")
    queue.get_by_role("link", name="Moving on").click()
    expect(curator.locator(".cw-difference del")).to_contain_text("by age")
    expect(curator.locator(".cw-difference ins em")).to_contain_text("show")
    curator.get_by_role("button", name="Accept").click()
    expect(curator.locator(".messagelist")).to_contain_text("Accepted")

    tab.goto("/wiki/moving-on/")
    expect(tab.get_by_role("main")).to_contain_text("when they show that they are ready")
    expect(tab.locator(".contributors")).to_contain_text("Nora Quist")
    tab.get_by_role("link", name="History", exact=True).click()
    expect(tab.get_by_role("main")).to_contain_text("First version")
    expect(tab.get_by_role("main")).to_contain_text("Nora Quist")

    settings.EMAIL_BACKEND = "competencyworks.core.mail.files.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    (tmp_path / "mail").mkdir()
    while send_waiting_mail():
        pass
    letters = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (tmp_path / "mail").iterdir()
    ]
    subjects = sorted(each["Subject"] for each in letters if "nora@" in each["To"])
    assert subjects == [
        "Your suggestion is in the wiki: Moving on",
    ]

    curator.goto(f"/admin/wiki/wikipage/{page_of_wiki.pk}/restore/1/")
    curator.get_by_role("button", name=re.compile("Restore|Put back")).click()
    tab.goto("/wiki/moving-on/")
    expect(tab.get_by_role("main")).to_contain_text("by age")
    assert tab.context.cookies() == []
    assert revisions.history(page_of_wiki).count() == 3


def test_a_resource_is_suggested_with_nothing_wrong_for_anybody(visitor, monkeypatch):
    monkeypatch.setattr(form_token, "TOO_FAST", -10.0)
    tab = visitor(viewport={"width": 360, "height": 780}).new_page()
    factories.resource(title="Known already", url="https://example.org/known")
    tab.goto("/wiki/suggest/")
    results = Axe().run(tab, options=AXE).response["violations"]
    assert results == []
    tab.get_by_label("Web address", exact=True).fill("http://www.example.org/known/")
    notice = tab.locator("#known")
    expect(notice).to_contain_text("already in the wiki as Known already")
    tab.get_by_label("Web address", exact=True).fill("https://example.org/new")
    expect(notice).to_be_empty()
    tab.get_by_role("button", name="Submit suggestion").click()
    alert = tab.get_by_role("alert")
    alert.get_by_role("link", name=re.compile("^Title")).click()
    expect(tab.get_by_label("Title")).to_be_focused()
    assert Axe().run(tab, options=AXE).response["violations"] == []
    tab.get_by_label("Title").fill("A New One")
    tab.get_by_label("Your name").fill("Nora Quist")
    tab.get_by_role("button", name="Submit suggestion").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(
        "Thank you. Your suggestion is awaiting review"
    )
    assert Suggestion.objects.filter(title="A New One").exists()
