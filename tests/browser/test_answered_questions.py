"""Staff change questions that somebody has answered, in a real Chromium."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from events.models import Registration
from tests.browser.test_editor import Visit
from tests.conftest import signed_in
from tests.events import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(chromium, live_server):
    made = Visit(chromium, live_server, signed_in("root", is_superuser=True))
    yield made
    made.context.close()


@pytest.fixture
def answered():
    """An event with two questions, answered by 57."""
    event = factories.event(title="Grading for growth")
    ask = event.questions.create
    room = ask(text="Which room?", kind="choice", options=["Room A", "Room C"])
    allergies = ask(text="Any allergies?", position=1)
    first = factories.registered(event)
    said = {str(room.pk): "Room A", str(allergies.pk): "Nuts"}
    Registration.objects.filter(pk=first.pk).update(answers=said)
    Registration.objects.bulk_create(
        Registration(
            event=event, status="waiting", name=f"R {n}", email=f"r{n}@x.org", answers=said
        )
        for n in range(56)
    )
    return event


def test_a_renamed_option_and_a_deleted_question_are_told_with_their_answers(desk, answered):
    page, messages = desk.page, desk.page.locator(".messagelist")
    desk.open(f"/admin/events/event/{answered.pk}/change/")
    expect(page.locator("#questions-0")).to_contain_text("57 people answered this.")
    page.locator("#id_questions-0-options").fill("Room B\nRoom C")
    page.locator("#id_questions-1-DELETE").check()
    page.locator("input[name=_continue]").first.click()
    expect(messages).to_contain_text("57 people chose “Room A”, which “Which room?” no longer")
    expect(messages).to_contain_text("“Any allergies?” is no longer asked. 57 people answered it.")
    messages.get_by_role("link", name="Change these answers to another option").click()
    page.get_by_label("“Room A”").select_option("Room B")
    page.get_by_label("Ask “Any allergies?” again").check()
    desk.check()  # before axe, which does what the policy of the page refuses
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("The answers of 57 people to “Which room?” change")).to_be_visible()
    page.get_by_role("button", name="Make these changes").click()
    expect(messages).to_contain_text(
        "Answers of 57 people to “Which room?” changed from “Room A” to “Room B”."
    )
    expect(page.locator("#id_questions-1-text")).to_have_value("Any allergies?")
    room, allergies = answered.questions.all()
    said = {str(room.pk): "Room B", str(allergies.pk): "Nuts"}
    assert all(each.answers == said for each in answered.registrations.all())
