"""An address that stands somewhere already is pointed out while it is typed."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.test_scheduling import PASSWORD, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def report(site):
    """An editor, and a report that is curated, shared and mentioned, and has changed since."""
    user = User.objects.create_user("known", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    made = factories.resource(url="https://www.example.org/report/", title="A curated report")
    factories.digest(factories.link(url="https://example.org/report"), title="The week")
    return made


@pytest.fixture(scope="module")
def citing(site):
    """A post with two links, one of which another post has too."""
    both = '<p><a href="https://example.org/both">Both</a></p>'
    factories.post(title="Another post", body=both)
    alone = '<p><a href="https://example.org/alone">Alone</a></p>'
    return factories.post(title="This very post", body=both + alone)


def test_in_a_row_of_a_digest(report, page: Page):
    sign_in(page, "known")
    page.get_by_role("link", name="Create a digest").click()
    page.get_by_role("button", name="Add link").first.click()
    field = page.locator("input[data-known-address]").last
    field.fill("http://example.org/report?utm_source=letter")
    note = page.locator(".cw-known").last
    expect(note).to_contain_text("Already in the wiki as A curated report")
    expect(note).to_contain_text("Already shared in the digest The week")
    expect(note).to_have_attribute("aria-live", "polite")
    field.fill("https://example.org/another")
    expect(note).to_have_text("")


def test_in_the_form_of_a_resource_but_not_of_itself(report, page: Page):
    sign_in(page, "known")
    page.goto("/admin/wiki/resource/add/?kind=report")
    page.locator("#id_url").fill("example.org/report/")
    expect(page.locator(".cw-known")).to_contain_text("A curated report")
    page.goto(f"/admin/wiki/resource/{report.pk}/change/")
    page.locator("#id_url").fill("https://example.org/report")
    expect(page.locator(".cw-known")).to_contain_text("Already shared")
    expect(page.locator(".cw-known")).not_to_contain_text("Already in the wiki")


def open_dialog(page: Page):
    """The dialog of links over the text, and its field for the address."""
    page.locator("#cke_id_body .cke_button__link").click()
    dialog = page.get_by_role("dialog", name="Link")
    return dialog, dialog.get_by_role("textbox", name="URL")


def test_in_the_dialog_of_links_where_the_author_may_go_on(report, page: Page):
    sign_in(page, "known")
    page.goto("/admin/blog/post/add/")
    dialog, field = open_dialog(page)
    field.fill("http://example.org/report?utm_source=letter")
    note = dialog.locator(".cw-known")
    expect(note).to_contain_text("Already in the wiki as A curated report")
    expect(note).to_contain_text("Already shared in the digest The week")
    expect(note).to_have_attribute("aria-live", "polite")
    known = note.get_by_role("link", name="A curated report")
    expect(known).to_have_attribute("href", f"/admin/wiki/resource/{report.pk}/change/")
    field.press("Tab")
    expect(known).to_be_focused()
    known.press("Shift+Tab")
    expect(field).to_be_focused()
    dialog.get_by_role("button", name="OK").click()
    text = page.evaluate("CKEDITOR.instances.id_body.getData()")
    assert 'href="http://example.org/report?utm_source=letter"' in text
    _, field = open_dialog(page)
    field.fill("example.org/another")
    expect(note).to_have_text("")


def test_in_the_dialog_of_links_but_not_what_the_text_itself_cites(report, citing, page: Page):
    sign_in(page, "known")
    page.goto(f"/admin/blog/post/{citing.pk}/change/")
    dialog, field = open_dialog(page)
    field.fill("https://example.org/both")
    note = dialog.locator(".cw-known")
    expect(note).to_contain_text("Another post")
    expect(note).not_to_contain_text("This very post")
    field.fill("https://example.org/alone")
    expect(note).to_have_text("")
