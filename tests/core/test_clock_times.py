"""Times of day in the forms of the admin, as staff type them."""

from datetime import time

import pytest

from competencyworks.core.clock_times import NOT_A_TIME, read
from tests import factories
from tests.core.history.forms import fresh, opened
from tests.events import factories as events

USUAL = {
    "2 pm": time(14), "2pm": time(14), "2 P.M.": time(14), "2:30 PM": time(14, 30),
    "2:30pm": time(14, 30), "3:30 p.m.": time(15, 30), "3:30 p. m.": time(15, 30),
    "1430": time(14, 30), "14.30": time(14, 30), "14:30": time(14, 30),
    "14:30:15": time(14, 30, 15), "12 am": time(0), "12 p.m.": time(12), "12:05 a.m.": time(0, 5),
    " 9:00  am ": time(9), "0900": time(9), "930": time(9, 30), "noon": time(12), "3p": time(15),
}  # fmt: skip


@pytest.mark.parametrize("typed", USUAL)
def test_the_usual_spellings_are_read(typed):
    assert read(typed) == USUAL[typed]


@pytest.mark.parametrize("typed", ["2", "25:00", "13 pm", "0 am", "2:60 pm", "soon", "", "14:3"])
def test_what_is_no_time_or_may_be_two_is_not_read(typed):
    assert read(typed) is None


@pytest.mark.django_db
def test_the_forms_of_the_admin_take_them_and_say_so(editor):
    post = factories.post()
    form = opened(editor, post)
    assert "Enter the time as 2:30 p.m. or 14:30." in form.answer.content.decode()
    form.send(publish_at_0="2016-09-12", publish_at_1="2:30 p.m.")
    assert fresh(post).publish_at.isoformat() == "2016-09-12T18:30:00+00:00"
    refused = opened(editor, post).send(publish_at_0="2016-09-12", publish_at_1="two")
    assert NOT_A_TIME in refused.content.decode()


@pytest.mark.django_db
def test_the_hours_of_an_event_take_them(editor):
    event = events.event(zone="America/Chicago")
    opened(editor, event).send(
        starts_at_0="2027-03-01", starts_at_1="2 pm", ends_at_0="2027-03-01", ends_at_1="3:30pm"
    )
    event = fresh(event)
    assert event.starts_at.isoformat() == "2027-03-01T20:00:00+00:00"
    assert event.ends_at.isoformat() == "2027-03-01T21:30:00+00:00"
