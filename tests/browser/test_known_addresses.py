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


def test_in_a_row_of_a_digest(report, page: Page):
    sign_in(page, "known")
    page.get_by_role("link", name="Make a digest").click()
    page.get_by_role("button", name="Add link").first.click()
    field = page.locator("input[data-known-address]").last
    field.fill("http://example.org/report?utm_source=letter")
    note = page.locator(".cw-known").last
    expect(note).to_contain_text("Already curated as A curated report")
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
    expect(page.locator(".cw-known")).not_to_contain_text("Already curated")
