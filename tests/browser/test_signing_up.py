"""A registration from the form to the seat given back, on a phone without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from competencyworks.core.models import OutgoingMail
from events import certificates
from events.models import Registration
from events.signing_up import form_token
from tests.events import factories
from tests.events.test_afterwards import end

PHONE = {"viewport": {"width": 360, "height": 780}, "java_script_enabled": False}
JOIN = "https://video.example.org/j/1"


@pytest.fixture(autouse=True)
def as_fast_as_a_machine(monkeypatch):
    """The browser fills the form in within the second in which no person does."""
    monkeypatch.setattr(form_token, "TOO_FAST", -10.0)


def own_page(address: str, kind: str) -> str:
    """The path of the own page that the latest mail to an address leads to."""
    mail = OutgoingMail.objects.filter(to_email=address, kind=f"registration.{kind}").latest("pk")
    return re.search(r"/events/registration/\S+/", mail.text)[0]


BUTTON = re.compile("^(Register for this webinar|Join the waiting list)$")


def register(page, event, name: str, email: str) -> None:
    page.goto(event.path)
    page.get_by_role("main").get_by_role("link", name=re.compile("^(Register|Join)")).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Grade").check()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")


def test_register_read_the_mail_edit_and_cancel_and_the_next_gets_the_seat(visitor):
    event = factories.event(title="Grading", capacity=1, join_url=JOIN)
    event.questions.create(text="Stage", kind="choice", options=["Grade"], required=True)
    first, second = visitor(**PHONE).new_page(), visitor(**PHONE).new_page()
    register(first, event, "Ann Lee", "ann@example.org")
    register(second, event, "Ben Ode", "ben@example.org")

    first.goto(own_page("ann@example.org", "confirmed"))
    expect(first.get_by_role("heading", level=1)).to_have_text("You are registered")
    second.goto(own_page("ben@example.org", "waiting"))
    expect(second.get_by_text("number 1 on the waiting list")).to_be_visible()

    first.get_by_role("link", name="Change your registration").click()
    first.get_by_label("Organization").fill("Alderbrook School")
    first.get_by_role("button", name="Save changes").click()
    expect(first.get_by_text("Alderbrook School")).to_be_visible()

    first.get_by_role("link", name="Cancel my registration").click()
    first.get_by_role("button", name="Cancel my registration").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Your registration is canceled")

    second.goto(own_page("ben@example.org", "confirmed"))
    expect(second.get_by_role("heading", level=1)).to_have_text("You are registered")
    mail = OutgoingMail.objects.get(to_email="ben@example.org", kind="registration.confirmed")
    assert mail.subject == "You have a seat: Grading"
    assert JOIN in mail.text
    for page in (first, second):
        assert page.context.cookies() == []


def test_what_is_wrong_is_told_on_a_phone_and_what_was_typed_is_kept(visitor):
    event = factories.event(title="Typing")
    page = visitor(**PHONE).new_page()
    page.goto(f"{event.path}register/")
    page.get_by_label("Name", exact=True).fill("Ann Lee")
    page.get_by_label("Email").fill("ann@")
    page.get_by_role("button", name="Register for this webinar").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("You are not registered yet")
    summary.get_by_role("link", name=re.compile("^Email: Enter an email address")).click()
    expect(page.get_by_label("Email")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_value("ann@")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ann Lee")
    described = page.get_by_label("Email").get_attribute("aria-describedby").split()
    assert "Enter an email address like" in " ".join(
        page.locator(f"#{each}").inner_text() for each in described
    )
    assert not Registration.objects.filter(event=event).exists()
    width = page.locator("body").bounding_box()["width"]
    assert width <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_on_form_errors_and_own_page(visitor, scheme):
    event = factories.event(largest_party=3, attendance="both", venue="Hall", join_url=JOIN)
    for kind in ("text", "choice", "choices", "consent"):
        event.questions.create(text=f"Of {kind}", hint="A hint", kind=kind, options=["A", "B"])
    mine = factories.registered(event, 2, companions=["Ben"])
    own = f"/events/registration/{mine.token}/"
    page = visitor(viewport={"width": 360, "height": 780}, color_scheme=scheme).new_page()
    for path in (
        f"{event.path}register/",
        f"{event.path}register/sent/",
        own,
        f"{own}change/",
        f"{own}cancel/",
    ):
        page.goto(path)
        assert not Axe().run(page).response["violations"], path
    page.goto(f"{event.path}register/")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert not Axe().run(page).response["violations"]
    Registration.objects.update(attended=True)
    end(event)
    certificate = certificates.path_of(mine)
    for path in (own, f"{own}name/", certificate):
        page.goto(path)
        assert not Axe().run(page).response["violations"], path
    Registration.objects.update(attended=False)
    page.goto(certificate)
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is no longer valid")
    assert not Axe().run(page).response["violations"]


def test_a_link_from_the_own_page_tells_no_one_its_address(visitor, site):
    event = factories.event(join_url=f"{site.url}/blog/", join_opens_minutes=30_000)
    mine = factories.registered(event)
    page = visitor(**PHONE).new_page()
    for link in ("Join the webinar", event.title):
        page.goto(f"/events/registration/{mine.token}/")
        with page.expect_request(lambda request: request.is_navigation_request()) as sent:
            page.get_by_role("main").get_by_role("link", name=link).last.click()
        assert mine.token not in sent.value.headers.get("referer", "")
