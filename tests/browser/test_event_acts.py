"""What an organizer is asked in a browser before an act on an event that people registered for."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from competencyworks.core import revisions
from competencyworks.core.history.working import working_copy
from tests.conftest import signed_in
from tests.core.history.forms import fresh
from tests.events import factories, pages
from tests.factories import ahead

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture(params=[1280, 360])
def desk(request, chromium, live_server):
    """A page of the admin, on a desk and on a phone."""
    client = signed_in("root")
    client.user.is_superuser = True
    client.user.save()
    size = {"width": request.param, "height": 800}
    context = chromium.new_context(base_url=live_server.url, viewport=size)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": f"{live_server.url}/admin/"}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    assert page.evaluate(WIDTHS)[0] <= size["width"]
    context.close()


@pytest.fixture
def event():
    event = factories.event(title="Grading live", capacity=2)
    for _ in range(3):
        factories.registered(event)
    return event


def opened(page, event):
    page.goto(f"/admin/events/event/{event.pk}/change/")


def save(page):
    page.locator("input[name=_save]").first.click()


def test_a_move_into_the_past_is_asked_about(desk, event):
    opened(desk, event)
    for name, moment in (("starts_at", event.starts_at), ("ends_at", event.ends_at)):
        day = (moment - timedelta(days=365)).astimezone(event.tz)
        desk.fill(f"#id_{name}_0", f"{day:%Y-%m-%d}")
    save(desk)
    expect(desk.get_by_text("The event would start in the past")).to_be_visible()
    assert not fresh(event).is_over
    desk.get_by_role("button", name="Save all the same").click()
    expect(desk.locator(".messagelist")).to_contain_text("was changed successfully")
    assert fresh(event).is_over


def test_a_new_venue_can_be_saved_without_email(desk, event):
    opened(desk, event)
    desk.select_option("#id_attendance", "in_person")
    desk.fill("#id_venue", "Library")
    save(desk)
    expect(desk.get_by_text("2 people will be emailed about the new place")).to_be_visible()
    desk.get_by_role("button", name="Save without email").click()
    expect(desk.locator(".messagelist")).to_contain_text("was changed successfully")
    assert fresh(event).venue == "Library"
    assert not pages.mails("changed")


def test_a_change_that_mails_is_asked_about_when_it_is_scheduled(desk, event):
    revisions.record(event)
    opened(desk, event)
    desk.select_option("#id_attendance", "in_person")
    desk.fill("#id_venue", "Library")
    desk.get_by_text("Schedule this change").click()
    local = timezone.localtime(ahead(days=1))
    desk.fill("#id_goes_public_at_0", f"{local:%Y-%m-%d}")
    desk.fill("#id_goes_public_at_1", f"{local:%H:%M}")
    desk.locator("input[name=_working]").first.click()
    expect(desk.get_by_text("2 people will be emailed on")).to_be_visible()
    assert working_copy(event) is None
    desk.get_by_role("button", name="Save as working copy without email").click()
    expect(desk.locator(".messagelist")).to_contain_text("Registrants will not be emailed about it")
    assert working_copy(event).answer == "_without_email"
    assert fresh(event).venue == ""


def test_what_becomes_of_registrants_stands_in_one_list(desk, event):
    opened(desk, event)
    desk.select_option("#id_sign_up", "none")
    desk.uncheck("#id_has_waiting_list")
    desk.fill("#id_capacity", "1")
    save(desk)
    expect(desk.locator(".cw-asked li")).to_have_count(3)
    expect(desk.locator(".cw-asked")).to_contain_text("2 seats are taken, 1 more than the 1")
    assert fresh(event).sign_up == "form"
    desk.get_by_role("button", name="Save all the same").click()
    expect(desk.locator(".messagelist")).to_contain_text("was changed successfully")
    assert fresh(event).capacity == 1


def test_a_withdrawal_is_asked_about_and_canceling_is_one_click_away(desk, event):
    opened(desk, event)
    desk.select_option("#id_status", "withdrawn")
    save(desk)
    expect(
        desk.get_by_text("2 people have a seat and 1 person is on the waiting list.")
    ).to_be_visible()
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("link", name="Cancel the event instead").click()
    desk.get_by_role("button", name="Cancel the event and email 3 people").click()
    expect(desk.locator(".messagelist")).to_contain_text("3 emails will go out shortly")
    assert fresh(event).is_cancelled
    assert fresh(event).is_public
