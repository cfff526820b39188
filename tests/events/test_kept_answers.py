"""What registrants answered stays when staff change the questions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.privacy import erase_person, export_person
from events import retention
from events.models import Event, Question, Registration
from tests.core.history.forms import OpenForm, opened
from tests.core.history.forms import said as messages
from tests.core.privacy.whole_database import found
from tests.events import factories, pages
from tests.events.questions import (
    change,
    delete,
    edit,
    own_fields,
    row_of,
    stored,
    table,
)
from tests.factories import ago

pytestmark = pytest.mark.django_db
LIST = "/admin/events/registration/"


@pytest.fixture
def event() -> Event:
    return factories.event()


@pytest.fixture
def asked(event) -> tuple[Question, Question, Question]:
    ask = event.questions.create
    return (
        ask(text="Which room?", kind="choice", options=["Room A", "Room C"], required=True),
        ask(text="Which topics?", kind="choices", options=["x", "y", "z"], position=1),
        ask(text="Any allergies?", position=2),
    )


@pytest.fixture
def mine(client, event, asked) -> Registration:
    """Somebody who has answered all questions."""
    answers = dict(zip((f"question-{each.pk}" for each in asked), ANSWERS, strict=True))
    assert pages.register(client, event, **answers).status == 303
    return Registration.objects.get()


ANSWERS = ["Room A", ["x", "z"], "Nut allergy"]


def keyed(asked, answers=ANSWERS) -> dict:
    return {str(question.pk): answer for question, answer in zip(asked, answers, strict=True)}


def end(event: Event) -> None:
    start = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))


class TestRegistrants:
    def test_keep_their_answers_when_they_change_their_role(self, manager, client, asked, mine):
        room, topics, allergies = asked
        edit(manager, room, options="Room B\nRoom C")
        edit(manager, topics, options="y\nz")
        delete(manager, allergies)
        answer = change(client, mine, role="Principal")
        assert answer.status == 303
        assert stored(mine) == keyed(asked)
        assert mine.role == "Principal"
        page = pages.Answered(client.get(pages.own_path(mine)))
        for words in ("Room A", "x, z", "Any allergies? (no longer asked)", "Nut allergy"):
            assert words in page.words

    def test_see_an_option_that_is_gone_as_their_own_and_can_take_it_back(
        self, manager, client, asked, mine
    ):
        room, topics, _ = asked
        edit(manager, room, options="Room B\nRoom C")
        edit(manager, topics, options="y\nz")
        page = pages.Answered(client.get(f"{pages.own_path(mine)}change/"))
        assert "Room A (no longer offered)" in page.words
        assert "x (no longer offered)" in page.words
        assert "no longer offered" not in client.get(pages.address(mine.event)).text
        fields = {f"question-{room.pk}": ["Room B"], f"question-{topics.pk}": ["z"]}
        assert change(client, mine, **fields).status == 303
        assert stored(mine) == keyed(asked, ["Room B", ["z"], "Nut allergy"])
        assert change(client, mine, **{f"question-{room.pk}": ["Room A"]}).status == 422

    def test_take_back_what_they_clear(self, client, asked, mine):
        _, topics, allergies = asked
        fields = own_fields(client, mine)
        del fields[f"question-{topics.pk}"]
        fields[f"question-{allergies.pk}"] = ""
        assert client.post(f"{pages.own_path(mine)}change/", fields).status_code == 303
        assert stored(mine) == keyed(asked[:1], ANSWERS[:1])

    def test_keep_answers_to_questions_that_came_after_the_page_was_opened(
        self, client, event, asked, mine
    ):
        earlier = own_fields(client, mine)
        later = event.questions.create(text="Parking?", kind="choices", options=["Car", "Bike"])
        change(client, mine, **{f"question-{later.pk}": ["Car"]})
        assert client.post(f"{pages.own_path(mine)}change/", earlier).status_code == 303
        assert stored(mine) == keyed(asked) | {str(later.pk): ["Car"]}

    def test_are_heard_where_a_question_was_retired_while_they_wrote(
        self, manager, client, event, asked
    ):
        fields = pages.form(client, event)
        for question in asked:
            delete(manager, question)
        assert not event.questions.filter(is_retired=False).exists()
        fields |= {"name": "Ann Lee", "email": "ann@example.org"}
        answers = dict(zip((f"question-{each.pk}" for each in asked), ANSWERS, strict=True))
        assert pages.send(client, event, fields | answers).status == 303
        row = Registration.objects.get()
        assert stored(row) == keyed(asked)
        assert "Nut allergy" in table(manager, event)

    def test_keep_how_they_attend_while_there_is_no_choice(self, client):
        event = factories.event(attendance="both", venue="Hall")
        mine = factories.registered(event, online=False)
        Event.objects.filter(pk=event.pk).update(attendance="online")
        assert change(client, mine, role="Principal").status == 303
        Event.objects.filter(pk=event.pk).update(attendance="both")
        assert own_fields(client, mine)["attendance"] == ["in_person"]

    def test_keep_what_they_said_when_they_cancel_and_register_again(
        self, manager, client, event, asked, mine
    ):
        client.post(f"{pages.own_path(mine)}cancel/")
        answers = dict(zip((f"question-{each.pk}" for each in asked), ANSWERS, strict=True))
        answers[f"question-{asked[2].pk}"] = "Milk"
        assert pages.register(client, event, **answers).status == 303
        text = table(manager, event)
        assert "Nut allergy" in text
        assert "Milk" in text
        assert stored(mine) == keyed(asked)


class TestStaff:
    def test_are_told_how_many_answered_a_question_that_they_delete(
        self, manager, client, event, asked, mine
    ):
        factories.registered(event, answers={str(asked[2].pk): "Milk"})
        page = manager.get(f"/admin/events/event/{event.pk}/change/").text
        assert "2 people answered this." in page
        answer = delete(manager, asked[2])
        assert "“Any allergies?” is no longer asked. 2 people answered it." in messages(answer)
        assert "Any allergies?" not in client.get(pages.address(event)).text
        assert "Any allergies?" not in own_fields(client, mine)
        form = manager.get(f"/admin/events/event/{event.pk}/change/").text
        assert 'value="Any allergies?"' not in form
        assert "Any allergies? (no longer asked)" in table(manager, event)
        assert "Nut allergy" in table(manager, event)
        one = manager.get(f"{LIST}{mine.pk}/change/").text
        assert "Any allergies? (no longer asked)" in one
        assert "Nut allergy" in one

    def test_see_no_more_of_a_question_that_nobody_answered(self, manager, event, asked):
        answer = delete(manager, asked[2])
        assert "no longer asked" not in messages(answer)
        assert "Any allergies?" not in table(manager, event)
        assert "Any allergies?" not in changed_questions(manager, event).answer.text
        assert "Any allergies?" not in opened(manager, event).answer.text

    def test_can_ask_a_deleted_question_again(self, manager, client, event, asked, mine):
        delete(manager, asked[2])
        form = changed_questions(manager, event)
        answer = confirmed(form.send(**{f"again-{asked[2].pk}": "on"}), manager, event)
        assert "“Any allergies?” is asked again." in messages(answer)
        assert own_fields(client, mine)[f"question-{asked[2].pk}"] == "Nut allergy"

    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_with_a_form_of_before_are_told_that_a_colleague_deleted_a_question(
        self, manager, event, asked, mine, number
    ):
        form = opened(manager, event)
        Question.objects.filter(pk=asked[number].pk).update(is_retired=True)
        answer = form.send(venue="Hall 2")
        assert answer.status_code == 200
        text = asked[number].text
        assert f"“{text}” was deleted by someone else while you had this form open" in messages(
            answer
        )
        assert Question.objects.get(pk=asked[number].pk).is_retired
        assert Question.objects.count() == 3

    def test_are_told_how_many_chose_an_option_that_they_rename_and_can_change_those_answers(
        self, manager, client, event, asked, mine
    ):
        room, topics, _ = asked
        factories.registered(event, answers={str(room.pk): "Room A", str(topics.pk): ["y"]})
        answer = edit(manager, room, options="Room B\nRoom C")
        assert "2 people chose “Room A”" in messages(answer)
        assert f"/admin/events/event/{event.pk}/changed-questions/" in messages(answer)
        answer = edit(manager, topics, options="y\nZebra")
        assert "1 person chose “x”" in messages(answer)
        assert "1 person chose “z”" in messages(answer)
        assert "Room A" not in messages(answer)
        form = changed_questions(manager, event)
        names = [name for name in form.data if name.startswith("words-")]
        assert len(names) == 3
        of_room = next(name for name in names if name.startswith(f"words-{room.pk}-"))
        _x, of_z = [name for name in names if name.startswith(f"words-{topics.pk}-")]
        asking = form.send(**{of_room: "Room B", of_z: "Zebra"})
        assert "The answers of 2 people to “Which room?” change from “Room A” to “Room B”." in (
            asking.text
        )
        assert "The answers of 1 person to “Which topics?” change from “z” to “Zebra”." in (
            asking.text
        )
        assert stored(mine) == keyed(asked)
        answer = confirmed(asking, manager, event)
        assert "Answers of 2 people to “Which room?” changed from “Room A” to “Room B”" in messages(
            answer
        )
        assert stored(mine) == keyed(asked, ["Room B", ["x", "Zebra"], "Nut allergy"])
        assert change(client, mine, role="Principal").status == 303
        assert stored(mine) == keyed(asked, ["Room B", ["x", "Zebra"], "Nut allergy"])

    def test_can_take_back_new_words_and_see_what_the_answers_were(
        self, manager, client, event, asked, mine
    ):
        room, *_ = asked
        other = factories.registered(event, answers={str(room.pk): "Room C"})
        edit(manager, room, options="Room B\nRoom C")
        answer = rename(manager, event, room, "Room C")
        said = "Answers of 1 person to “Which room?” changed from “Room A” to “Room C”."
        assert said in messages(answer)
        assert said in manager.get(f"/admin/events/event/{event.pk}/history/").text
        one = manager.get(f"{LIST}{mine.pk}/change/").text
        assert "<dt>Which room?</dt><dd>Room A (until " in one
        assert "Room A" in str(
            export_person(mine.email)["held"]["registrations"][0]["former_answers"]
        )
        form = changed_questions(manager, event)
        (back,) = fields_of_back(form.answer)
        asking = form.send(**{back: "on"})
        words = "The answers of 1 person to “Which room?” change back from “Room C” to “Room A”."
        assert words in asking.text
        confirmed(asking, manager, event)
        assert stored(mine) == keyed(asked)
        assert stored(other) == {str(room.pk): "Room C"}
        assert not fields_of_back(changed_questions(manager, event).answer)

    def test_take_back_no_answer_that_its_registrant_changed_since(
        self, manager, client, event, asked, mine
    ):
        room, *_ = asked
        edit(manager, room, options="Room B\nRoom C")
        rename(manager, event, room, "Room B")
        change(client, mine, **{f"question-{room.pk}": ["Room C"]})
        assert not fields_of_back(changed_questions(manager, event).answer)
        mine.refresh_from_db()
        assert mine.former_answers == []
        assert stored(mine) == keyed(asked, ["Room C", ["x", "z"], "Nut allergy"])

    def test_are_asked_again_if_what_they_saw_has_changed(self, manager, event, asked, mine):
        room, *_ = asked
        edit(manager, room, options="Room B\nRoom C")
        asking = choose(manager, event, room, "Room B")
        factories.registered(event, answers={str(room.pk): "Room A"})
        again = confirmed(asking, manager, event)
        assert "The answers of 2 people to “Which room?” change" in again.text
        assert stored(mine) == keyed(asked)

    def test_who_may_not_see_registrations_see_no_words_of_registrants(
        self, editor, event, asked, mine
    ):
        Registration.objects.update(answers={str(asked[0].pk): "My own words"})
        page = editor.get(f"/admin/events/event/{event.pk}/changed-questions/")
        assert page.status_code == 200
        assert "My own words" not in page.text

    def test_are_told_that_answers_appear_under_new_words(self, manager, asked, mine):
        answer = edit(manager, asked[2], text="Do you need parking?")
        assert "1 person answered “Any allergies?”" in messages(answer)
        assert "restore the old text" in messages(answer)

    def test_cannot_change_the_type_of_an_answered_question(self, manager, asked, mine):
        answer = edit(manager, asked[2], kind="consent")
        assert "1 person answered this question, so its type cannot change." in answer.text
        asked[2].refresh_from_db()
        assert asked[2].kind == "text"

    def test_cannot_change_the_words_that_somebody_agreed_to(self, manager, client, event):
        consent = event.questions.create(text="I may be filmed", kind="consent")
        edit(manager, consent, text="I may be photographed")
        consent.refresh_from_db()
        assert consent.text == "I may be photographed"
        factories.registered(event, answers={str(consent.pk): True})
        answer = edit(manager, consent, text="You may sell my address")
        assert "1 person agreed to the words “I may be photographed”" in answer.text
        consent.refresh_from_db()
        assert consent.text == "I may be photographed"

    def test_copy_and_repeat_what_is_still_asked(self, manager, event, asked, mine):
        delete(manager, asked[2])
        manager.post(f"/admin/events/event/{event.pk}/copy/")
        rule = {"every": "WEEKLY", "interval": "1", "count": "2", "_make": "1"}
        manager.post(f"/admin/events/event/{event.pk}/repeat/", rule)
        copies = Event.objects.exclude(pk=event.pk)
        assert len(copies) == 2
        for copied in copies:
            texts = [question.text for question in copied.questions.all()]
            assert texts == ["Which room?", "Which topics?"]
        assert stored(mine) == keyed(asked)

    def test_who_save_a_form_from_before_a_rename_do_not_undo_it(self, manager, event, asked, mine):
        form = opened(manager, event)
        row = row_of(form, asked[0])
        edit(manager, asked[0], options="Room B\nRoom C")
        Registration.objects.update(answers={str(asked[0].pk): "Room B"})
        form.put(**{f"{row}text": "Which room, please?"})
        assert "Their changes were kept: “Which room?” (options)." in messages(form.send())
        asked[0].refresh_from_db()
        assert asked[0].options == ["Room B", "Room C"]


def changed_questions(client, event: Event) -> OpenForm:
    address = f"/admin/events/event/{event.pk}/changed-questions/"
    form = OpenForm(client, address)
    page = pages.Answered(client.get(address))
    form.answer = page.response
    form.data = pages.fields_of(page.tree)
    return form


def confirmed(asking, client, event: Event):
    """Press the button of the page that asks; returns what follows."""
    fields = pages.fields_of(pages.Answered(asking).tree)
    address = f"/admin/events/event/{event.pk}/changed-questions/"
    return client.post(address, fields, follow=True)


def choose(client, event: Event, question: Question, option: str):
    """Let the one other answer to `question` have the words of an option, up to the question."""
    form = changed_questions(client, event)
    (name,) = [name for name in form.data if name.startswith(f"words-{question.pk}-")]
    return form.send(**{name: option})


def rename(client, event: Event, question: Question, option: str):
    return confirmed(choose(client, event, question, option), client, event)


def fields_of_back(answer) -> list[str]:
    return pages.Answered(answer).tree.xpath("//input[starts-with(@name, 'back-')]/@name")


class TestAnswersOfAnotherType:
    """Staff changed the type before the first answer came, and the answer came of the old one."""

    @pytest.mark.parametrize("kind", ["text", "choice", "choices", "consent"])
    @pytest.mark.parametrize("answer", ["Room A", ["x", "z"], True])
    def test_stay_as_they_were(self, manager, client, event, kind, answer):
        question = event.questions.create(text="Q", kind=kind, options=["Yes", "x", "No"])
        mine = factories.registered(event, answers={str(question.pk): answer})
        assert change(client, mine, role="Principal").status == 303
        assert stored(mine) == {str(question.pk): answer}
        for page in (f"{LIST}{mine.pk}/change/", f"{LIST}of/{event.pk}/survey/"):
            assert manager.get(page).status_code == 200
        assert "Q" in table(manager, event)


class TestTheSurvey:
    @pytest.fixture
    def surveyed(self, client, event) -> tuple[Registration, list[Question]]:
        questions = [
            event.questions.create(text=text, asked="survey", kind=kind, options=options)
            for text, kind, options in (
                ("How was it?", "choice", ["Good", "Bad"]),
                ("Anything else?", "text", []),
            )
        ]
        row = factories.registered(event)
        end(event)
        answers = dict(
            zip((f"question-{each.pk}" for each in questions), ["Good", "Longer"], strict=True)
        )
        assert change(client, row, "survey/", **answers).status == 303
        return row, questions

    def test_keeps_answers_to_retired_questions_and_renamed_options(
        self, manager, client, event, surveyed
    ):
        row, (how, what) = surveyed
        answer = delete(manager, what)
        assert "“Anything else?” is no longer asked. 1 person answered it." in messages(answer)
        edit(manager, how, options="Great\nBad")
        assert "Anything else?" not in client.get(f"{pages.own_path(row)}survey/").text
        assert change(client, row, "survey/").status == 303
        row.refresh_from_db()
        assert row.survey_answers == {str(how.pk): "Good", str(what.pk): "Longer"}
        page = manager.get(f"{LIST}of/{event.pk}/survey/").text
        assert "Anything else? (no longer asked)" in page
        assert "Longer" in page
        assert "Anything else? (no longer asked)" in table(manager, event, "survey.csv")

    def test_hears_whoever_wrote_while_its_last_question_was_retired(
        self, manager, client, event, surveyed
    ):
        row, (how, what) = surveyed
        fields = own_fields(client, row, "survey/")
        for question in (how, what):
            delete(manager, question)
        assert "survey/" not in client.get(pages.own_path(row)).text
        fields[f"question-{what.pk}"] = "Shorter"
        client.post(f"{pages.own_path(row)}survey/", fields)
        row.refresh_from_db()
        assert row.survey_answers == {str(how.pk): "Good", str(what.pk): "Shorter"}


class TestPersonalData:
    def test_of_retired_questions_is_exported(self, manager, event, asked, mine):
        again = event.questions.create(text="Any allergies?", position=3)
        more = event.questions.create(text="Any allergies?", position=4)
        Registration.objects.update(
            answers=keyed(asked) | {str(again.pk): "Eggs", str(more.pk): "Soy"}
        )
        for question in (asked[2], again):
            delete(manager, question)
        text = str(export_person(mine.email))
        for words in ("Room A", "Nut allergy", "Eggs", "Soy", "Any allergies? (no longer asked)"):
            assert words in text

    @pytest.mark.parametrize("by", ["retention", "erasure"])
    def test_of_retired_questions_is_removed(self, manager, event, asked, mine, by):
        delete(manager, asked[2])
        edit(manager, asked[0], options="Room B\nRoom C")
        rename(manager, event, asked[0], "Room B")
        mine.refresh_from_db()
        assert mine.former_answers
        if by == "erasure":
            erase_person(mine.email)
        else:
            Event.objects.filter(pk=event.pk).update(
                starts_at=ago(days=500), ends_at=ago(days=499), kept_days=30
            )
            assert retention.make_old_ones_anonymous() == 1
        assert stored(mine) == {}
        assert mine.former_answers == []
        assert found("Nut allergy") == []
        assert "no longer asked" not in table(manager, event)
