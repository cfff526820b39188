"""The registrant's own page is open in two tabs, and both send it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from events import registration
from events.models import Event, Question, Registration
from tests.events import factories, pages
from tests.events.questions import own_fields, stored

pytestmark = pytest.mark.django_db
SAVED = "Your changes were saved."
NOT_SAVED = "Your changes were not saved."


@pytest.fixture
def event() -> Event:
    return factories.event(largest_party=5, attendance="both", venue="Hall")


@pytest.fixture
def diet(event) -> Question:
    return event.questions.create(text="Any allergies?")


@pytest.fixture
def topics(event) -> Question:
    return event.questions.create(text="Which topics?", kind="choices", options=["x", "y"])


@pytest.fixture
def mine(event, diet, topics) -> Registration:
    answers = {str(diet.pk): "Nuts", str(topics.pk): ["x"]}
    return factories.registered(event, 2, name="Ann Lee", companions=["Ben"], answers=answers)


def send(client, row: Registration, fields: dict, page: str = "change/") -> pages.Answered:
    return pages.Answered(client.post(pages.own_path(row) + page, fields))


def end(event: Event) -> None:
    start = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))


def said(row: Registration) -> tuple:
    row.refresh_from_db()
    return (row.name, row.organization, row.role, row.seats, row.companions, row.online)


class TestTheSecondTab:
    def test_is_told_what_the_first_saved_and_overwrites_nothing(self, client, mine):
        first, second = own_fields(client, mine), own_fields(client, mine)
        first |= {"seats": "4", "companions": "Ada\nBob", "attendance": ["in_person"]}
        assert send(client, mine, first).status == 303
        answer = send(client, mine, second | {"role": "Principal"})
        assert answer.status == 409
        assert said(mine) == ("Ann Lee", "", "", 4, ["Ada", "Bob"], False)
        assert "perhaps in another tab or window. Nothing was saved." in answer.summary
        for words in ("How you will attend: In person", "Seats: 4", "Ada, Bob"):
            assert words in answer.summary
        assert "Role" not in answer.summary

    def test_saves_when_it_is_sent_again_with_the_fields_that_it_left_alone_as_they_are(
        self, client, mine, diet, topics
    ):
        first, second = own_fields(client, mine), own_fields(client, mine)
        first |= {"seats": "4", f"question-{topics.pk}": ["x", "y"], f"question-{diet.pk}": "Milk"}
        send(client, mine, first)
        second |= {"role": "Principal", f"question-{diet.pk}": "Eggs"}
        again = pages.fields_of(send(client, mine, second).tree)
        assert (again["seats"], again["role"]) == ("4", "Principal")
        assert again[f"question-{diet.pk}"] == "Eggs"
        assert again[f"question-{topics.pk}"] == ["x", "y"]
        answer = send(client, mine, again)
        assert answer.status == 303
        assert said(mine) == ("Ann Lee", "", "Principal", 4, ["Ben"], True)
        assert stored(mine) == {str(diet.pk): "Eggs", str(topics.pk): ["x", "y"]}

    @pytest.mark.parametrize("field", ["name", "organization", "role", "diet"])
    def test_is_told_of_each_field(self, client, mine, diet, field):
        name = f"question-{diet.pk}" if field == "diet" else field
        first, second = own_fields(client, mine), own_fields(client, mine)
        send(client, mine, first | {name: "Ann Smith"})
        assert send(client, mine, second).status == 409
        answer = send(client, mine, second | {name: "Ann Jones"})
        assert answer.status == 409
        assert ": Ann Smith" in answer.summary or "? Ann Smith" in answer.summary
        assert pages.fields_of(answer.tree)[name] == "Ann Jones"

    def test_is_told_again_if_the_first_saves_once_more(self, client, mine):
        first, second = own_fields(client, mine), own_fields(client, mine)
        send(client, mine, first | {"seats": "4"})
        again = pages.fields_of(send(client, mine, second | {"seats": "3"}).tree)
        send(client, mine, own_fields(client, mine) | {"seats": "5"})
        assert send(client, mine, again).status == 409
        assert said(mine)[3] == 5

    def test_is_told_together_with_what_is_wrong(self, client, mine):
        first, second = own_fields(client, mine), own_fields(client, mine)
        send(client, mine, first | {"seats": "4"})
        answer = send(client, mine, second | {"name": ""})
        assert answer.status == 422
        assert "Seats: 4" in answer.summary
        assert "Enter your name." in answer.error("name")
        again = pages.fields_of(answer.tree) | {"name": "Ann Lee"}
        assert send(client, mine, again).status == 303
        assert said(mine)[3] == 4

    def test_saves_the_same_entries_without_a_word(self, client, mine):
        fields = own_fields(client, mine) | {"seats": "4"}
        for _ in range(2):  # a button that is pressed twice
            assert send(client, mine, fields).status == 303

    def test_keeps_an_answer_to_a_question_that_it_did_not_show(self, client, event, mine):
        second = own_fields(client, mine)
        later = event.questions.create(text="Parking?")
        send(client, mine, own_fields(client, mine) | {f"question-{later.pk}": "Car"})
        answer = send(client, mine, second | {"name": ""})
        assert answer.status == 422
        again = pages.fields_of(answer.tree) | {"name": "Ann Lee"}
        assert again[f"question-{later.pk}"] == "Car"
        assert send(client, mine, again).status == 303
        assert stored(mine)[str(later.pk)] == "Car"


@pytest.mark.parametrize("sent", [None, "", "x", "[]", '{"role": 1}'])
def test_a_page_that_does_not_say_what_it_showed_replaces_nothing(client, mine, sent):
    fields = own_fields(client, mine) | {"seats": "4", "opened_from": sent or ""}
    if sent is None:
        del fields["opened_from"]
    answer = send(client, mine, fields)
    assert answer.status == 409
    assert said(mine)[3] == 2
    assert send(client, mine, pages.fields_of(answer.tree)).status == 303
    assert said(mine)[3] == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["change/", "survey/"])
def test_of_tabs_that_are_sent_at_the_same_moment_one_is_saved(client, event, mine, page):
    asked = "survey" if page == "survey/" else "registration"
    question = event.questions.create(text="Anything else?", asked=asked)
    if page == "survey/":
        end(event)
    fields = own_fields(client, mine, page)

    def run(number: int) -> int:
        try:
            mine_too = fields | {f"question-{question.pk}": f"Words {number}"}
            return send(Client(), mine, mine_too, page).status
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(run, range(6))) == [303] + [409] * 5


class TestTheSurvey:
    @pytest.fixture
    def over(self, event, mine) -> Question:
        end(event)
        return event.questions.create(text="Anything else?", asked="survey")

    def test_is_not_overwritten_by_a_tab_that_was_opened_before(self, client, mine, over):
        name = f"question-{over.pk}"
        first, second = (own_fields(client, mine, "survey/") for _ in range(2))
        answer = send(client, mine, first | {name: "More examples"}, "survey/")
        assert answer.status == 303
        page = client.get(answer.response["Location"])
        assert "Thank you. Your answers were saved." in pages.Answered(page).words
        answer = send(client, mine, second | {name: "Too long"}, "survey/")
        assert answer.status == 409
        assert "Your answers changed since you opened this page" in answer.summary
        assert "Anything else? More examples" in answer.summary
        mine.refresh_from_db()
        assert mine.survey_answers == {str(over.pk): "More examples"}
        assert send(client, mine, pages.fields_of(answer.tree), "survey/").status == 303
        mine.refresh_from_db()
        assert mine.survey_answers == {str(over.pk): "Too long"}


class TestTheOwnPage:
    def test_says_that_the_changes_were_saved(self, client, mine):
        answer = send(client, mine, own_fields(client, mine) | {"role": "Principal"})
        assert SAVED in pages.Answered(client.get(answer.response["Location"])).words
        assert "were saved" not in pages.Answered(client.get(pages.own_path(mine))).words
        odd = client.get(f"{pages.own_path(mine)}?saved=<b>%00")
        assert odd.status_code in (200, 400)

    @pytest.mark.parametrize("of", ["event", "registration"])
    def test_says_that_they_were_not_where_it_was_canceled_meanwhile(self, client, mine, of):
        fields = own_fields(client, mine) | {"role": "Principal"}
        if of == "event":
            Event.objects.filter(pk=mine.event_id).update(cancelled_at=timezone.now())
        else:
            registration.cancel(mine)
        answer = send(client, mine, fields)
        assert NOT_SAVED in pages.Answered(client.get(answer.response["Location"])).words
        assert said(mine)[2] == ""

    def test_says_that_the_registration_is_not_there_if_its_event_was_just_deleted(
        self, client, mine
    ):
        fields = own_fields(client, mine)
        with mock.patch("events.seats.locked", side_effect=Event.DoesNotExist):
            assert send(client, mine, fields).status == 303
