"""Attendance of an event that has not begun is not recorded without a question."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from events.models import Event, Registration
from tests.events import factories
from tests.events.test_registration_admin import LIST, act, begin
from tests.factories import ahead

pytestmark = pytest.mark.django_db


def attended(event: Event) -> list[bool | None]:
    return list(event.registrations.order_by("pk").values_list("attended", flat=True))


@pytest.fixture
def ahead_of_us():
    event = factories.event(title="Next {week}")
    factories.registered(event), factories.registered(event)
    return event


@pytest.mark.parametrize(("name", "result"), [("note_attended", True), ("note_absent", False)])
def test_the_actions_ask_first(manager, ahead_of_us, name, result):
    rows = list(ahead_of_us.registrations.all())
    asked = act(manager, name, rows)
    assert "“Next {week}” has not begun yet." in asked.text
    assert attended(ahead_of_us) == [None, None]
    tree = html.fromstring(asked.content.decode())
    assert len(tree.xpath("//input[@name='_selected_action'][@checked]")) == 2
    act(manager, name, rows, _confirmed="1")
    assert attended(ahead_of_us) == [result, result]


def test_the_boxes_of_list_and_form_say_what_to_do_instead(manager, ahead_of_us):
    row = ahead_of_us.registrations.first()
    data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save"}
    data |= {"form-0-id": row.pk, "form-0-attended": "true"}
    answers = [
        manager.post(f"{LIST}?event={ahead_of_us.pk}&q={row.email}", data),
        manager.post(f"{LIST}{row.pk}/change/", {"attended": "true"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "“Next {week}” has not begun yet." in answer.text
        assert "choose the action “Mark as attended”" in answer.text
    assert attended(ahead_of_us) == [None, None]


def test_what_was_noted_too_early_can_be_taken_back(manager, ahead_of_us):
    row = ahead_of_us.registrations.first()
    Registration.objects.update(attended=True)
    manager.post(f"{LIST}{row.pk}/change/", {"attended": "unknown"})
    assert attended(ahead_of_us) == [None, True]


def test_a_walk_in_is_not_there_before_the_event(manager, ahead_of_us):
    address = f"{LIST}of/{ahead_of_us.pk}/walk-in/"
    data = {"name": "Ann Lee", "email": "", "seats": "1", "attended": "on"}
    answer = manager.post(address, data)
    assert answer.status_code == 422
    assert "This event has not begun yet." in answer.text
    assert 'value="Ann Lee"' in answer.text
    begin(ahead_of_us)
    assert manager.post(address, data).status_code == 302


def test_the_report_of_another_event_is_noticed(manager, ahead_of_us):
    file = SimpleUploadedFile("r.csv", b"Email\na@example.org\n")
    page = manager.post(f"{LIST}of/{ahead_of_us.pk}/report/", {"file": file, "least": "0"})
    assert "This event has not begun yet." in page.text


def test_people_can_be_noted_at_the_door_from_an_hour_before(manager):
    event = factories.event(starts_at=ahead(minutes=60))
    row = factories.registered(event)
    act(manager, "note_attended", [row])
    assert attended(event) == [True]
