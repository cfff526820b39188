"""An organizer corrects the address of somebody whom no email reached."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from tests.conftest import signed_in
from tests.events import factories
from tests.events.test_correcting import RIGHT, WRONG, refused

pytestmark = pytest.mark.django_db(transaction=True)
DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def desk(chromium, live_server):
    client = signed_in("manager")
    client.user.groups.add(Group.objects.get(name="Event manager"))
    context = chromium.new_context(base_url=live_server.url, **DESK)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": f"{live_server.url}/admin/"}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def test_from_the_front_page_to_the_new_confirmation(desk, tmp_path):
    event = factories.event(title="Grading")
    factories.registered(event, name="Bo Ray")
    refused(event, name="Ann Lee", email=WRONG)
    desk.goto("/admin/")
    trouble = desk.get_by_text("1 person who registered for an upcoming event did not get")
    expect(trouble).to_be_visible()
    desk.screenshot(path=tmp_path / "1-front.png")
    trouble.get_by_role("link", name="View").click()
    expect(desk.get_by_text("Email not delivered", exact=True)).to_have_count(1)
    desk.screenshot(path=tmp_path / "2-list.png")
    desk.get_by_role("link", name="Correct the address").click()
    expect(desk.get_by_text("Reason: 550 5.1.1 No such user here")).to_be_visible()
    desk.get_by_label("Email").fill("bo ray")
    desk.get_by_role("button", name="Save and send").click()
    expect(desk.get_by_text("Enter an email address like name@example.org.")).to_be_visible()
    desk.screenshot(path=tmp_path / "3-refused.png")
    desk.get_by_label("Email").fill(RIGHT)
    desk.get_by_role("button", name="Save and send").click()
    said = desk.get_by_text(f"Ann Lee: A confirmation will be emailed to {RIGHT} shortly.")
    expect(said).to_be_visible()
    expect(desk.get_by_text("Email not delivered", exact=True)).to_have_count(0)
    desk.screenshot(path=tmp_path / "4-corrected.png")
    send_waiting_mail()
    (mail,) = OutgoingMail.objects.filter(to_email=RIGHT)
    assert mail.sent_at
