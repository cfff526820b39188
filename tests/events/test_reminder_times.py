"""Staff type and read the times of reminders in words."""

import pytest
from django.contrib.messages import get_messages

from competencyworks.core.revisions import record
from events.models import Event
from events.reminder_times import read, reminder_words
from tests.events import factories
from tests.events.test_admin import add, edit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("1 day, 1 hour", [1440, 60]),
        ("1440,60", [1440, 60]),
        ("1 day 1 hour", [1500]),
        ("an hour, 2 Days", [2880, 60]),
        ("1 day 2 hours, 30 min", [1560, 30]),
        ("1 week", [10080]),
        ("1h 30m, 1 hour and 30 minutes", [90]),
        ("", []),
        (" , ", []),
    ],
)
def test_times_are_read_as_people_write_them(manager, typed, minutes):
    response = add(manager, reminder_minutes=typed)
    assert response.status_code == 302, response.context["errors"]
    assert Event.objects.get().reminder_minutes == minutes


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("soon", "“soon” is not a length of time"),
        ("1 dya", "“1 dya” is not"),
        ("1 day, 5 5", "“5 5” is not"),
        ("1,5 hours", "“1” does not say minutes, hours, or days"),
        ("1 day, 60", "“60” does not say minutes, hours, or days"),
        ("1.5 hours", "For an hour and a half, enter: 1 hour 30 minutes."),
        ("-1 day", "is not a length of time"),
        ("0", "from 1 minute"),
        ("9999999 weeks", "from 1 minute"),
        (", ".join(str(n) for n in range(1, 12)), "up to 10 reminders"),
        ("<b>1 day", "&lt;b&gt;1 day"),
    ],
)
def test_what_is_no_length_of_time_is_told_with_what_was_typed(manager, typed, words):
    response = add(manager, reminder_minutes=typed)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Event.objects.exists()


def test_the_form_and_the_history_show_them_in_words(manager):
    event = factories.event(reminder_minutes=[1440, 90])
    record(event)
    page = manager.get(f"/admin/events/event/{event.pk}/change/").text
    assert 'value="1 day, 1 hour 30 minutes"' in page
    edit(manager, event, reminder_minutes="2 days")
    page = manager.get(f"/admin/events/event/{event.pk}/compare/?from=1&to=2").text
    assert "1 hour 30 minutes" in page
    assert "2 days" in page
    assert 'value="1 day, 1 hour"' in manager.get("/admin/events/event/add/").text


@pytest.mark.parametrize("minutes", [1, 59, 60, 61, 1440, 1500, 10080, 500_000])
def test_words_lead_back_to_the_same_minutes(minutes):
    assert read(reminder_words(minutes)) == minutes


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1 day 1 hour", "One reminder will be emailed: 1 day 1 hour before the start."),
        ("90", "One reminder will be emailed: 1 hour 30 minutes before the start."),
        (
            "1 week, 1 hour",
            "2 reminders will be emailed: 7 days before and 1 hour before the start.",
        ),
        (
            "3 days, 1 day, 2 hours",
            (
                "3 reminders will be emailed: "
                "3 days before, 1 day before, and 2 hours before the start."
            ),
        ),
        ("", "No reminders will be emailed."),
    ],
)
def test_what_was_understood_is_said_after_saving(manager, typed, words):
    event = factories.event(reminder_minutes=[1440, 60])
    response = edit(manager, event, reminder_minutes=typed)
    said = [str(each) for each in get_messages(response.wsgi_request)]
    assert [each for each in said if "emailed" in each] == [words]


def test_nothing_is_said_of_reminders_that_stay_and_the_form_says_what_a_comma_does(manager):
    event = factories.event(reminder_minutes=[1440, 60])
    response = edit(manager, event, title="New title")
    assert not [each for each in get_messages(response.wsgi_request) if "reminder" in str(each)]
    page = manager.get(f"/admin/events/event/{event.pk}/change/").text
    assert "“1 day 1 hour” is one, 25 hours before the start." in page
