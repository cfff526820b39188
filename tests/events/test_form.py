"""Registering through the page."""

import pytest
from django.test import Client
from django.utils import timezone

from competencyworks.core.client_address import hashed
from competencyworks.core.models import Attempt
from events.models import Registration
from events.signing_up import limits
from tests.events import factories, pages
from tests.factories import ago, ahead

pytestmark = pytest.mark.django_db


class TestWhoRegisters:
    def test_gets_a_seat_and_one_mail_that_leads_to_their_own_page(self, client):
        event = factories.event(title="Grading & more", join_url="https://video.example.org/1")
        answer = pages.register(client, event, name="Ann Lee", organization="A School")
        assert answer.status == 303
        assert answer.response["Location"] == f"/events/{event.slug}/register/sent/"
        found = Registration.objects.get()
        assert (found.name, found.organization, found.status) == (
            "Ann Lee", "A School", "confirmed",
        )  # fmt: skip
        (mail,) = pages.mails()
        assert mail.kind == "registration.confirmed"
        assert mail.subject == "You are registered: Grading & more"
        assert mail.to_email == "ann@example.org"
        for text in (mail.text, mail.html):
            assert pages.own_path(found) in text
            assert "https://video.example.org/1" in text
        page = pages.Answered(client.get(pages.own_path(found)))
        assert page.status == 200
        assert "You are registered" in page.words

    def test_the_next_page_is_the_same_for_all_and_shows_no_way_to_a_registration(self, client):
        event = factories.event(capacity=1)
        said = []
        for address in ("ann@example.org", "ben@example.org", "ann@example.org"):
            answer = pages.register(client, event, email=address, name=address[:3])
            page = client.get(answer.response["Location"])
            said.append((answer.status, answer.response["Location"], page.content))
            assert b"/events/registration/" not in page.content
        assert len(set(said)) == 1
        assert sorted(Registration.objects.values_list("status", flat=True)) == [
            "confirmed", "waiting",
        ]  # fmt: skip

    def test_an_address_that_is_registered_gets_its_registration_mailed_again(
        self, client, monkeypatch
    ):
        event = factories.event()
        now = timezone.now()  # the hour does not end within this test
        monkeypatch.setattr(timezone, "now", lambda: now)
        pages.register(client, event)
        pages.register(client, event, email="ANN@example.org", name="Somebody Else")
        _, again = pages.mails()
        assert again.kind == "registration.again"
        assert again.to_email == "ann@example.org"
        assert pages.own_path(Registration.objects.get()) in again.text
        assert again.text.startswith("Hello,")  # the address has proven nothing
        for name in ("Ann Lee", "Somebody Else"):
            assert name not in again.text + again.html + again.to_name
        pages.register(client, event)
        assert len(pages.mails()) == 2  # at most once an hour

    @pytest.mark.parametrize(
        ("more", "extra", "words"),
        [
            ({"capacity": 1, "has_waiting_list": False}, {}, "All seats are taken"),
            ({"by_invitation": True}, {"code": "wrong"}, "not valid for this event"),
        ],
    )
    def test_a_refusal_tells_not_whether_the_address_is_registered(
        self, client, more, extra, words
    ):
        event = factories.event(**more)
        event.invitations.create(code="GOOD")
        factories.registered(event, email="ann@example.org", code="GOOD")
        known = pages.register(client, event, email="ann@example.org", **extra)
        new = pages.register(client, event, email="ann@example.com", **extra)
        assert known.status == new.status
        assert words in known.words
        assert known.summary == new.summary
        assert Registration.objects.count() == 1
        assert [mail.to_email for mail in pages.mails("again")] == ["ann@example.org"]

    def test_one_form_makes_one_registration_however_often_it_is_sent(self, client):
        event = factories.event()
        fields = pages.form(client, event) | {"name": "Ann", "email": "ann@example.org"}
        for _ in range(3):
            assert pages.send(client, event, fields).status == 303
        assert len(pages.mails()) == 1
        other = pages.send(client, event, fields | {"email": "ben@example.org"})
        assert other.status == 409
        assert "already sent" in other.summary
        assert Registration.objects.get().email == "ann@example.org"
        # The page that says so holds a new form with what was typed.
        with pages.earlier():
            shown = pages.send(client, event, fields | {"email": "ben@example.org"})
        again = pages.send(client, event, pages.fields_of(shown.tree))
        assert again.status == 303
        assert Registration.objects.count() == 2

    def test_groups_companions_questions_and_ways_of_taking_part_arrive(self, client):
        event = factories.event(largest_party=4, attendance="both", venue="Town Hall")
        ask = event.questions.create
        text = ask(text="Diet", kind="text")
        choice = ask(text="Grade", kind="choice", options=["K-5", "6-12"], required=True)
        several = ask(text="Topics", kind="choices", options=["A", "B", "C"])
        consent = ask(text="I may be filmed", kind="consent", required=True)
        ask(text="How was it?", asked="survey")
        answer = pages.register(
            client,
            event,
            seats="3",
            companions="Ben\n\n  Cleo  ",
            attendance="in_person",
            **{
                f"question-{text.pk}": "None",
                f"question-{choice.pk}": "6-12",
                f"question-{several.pk}": ["A", "C"],
                f"question-{consent.pk}": "on",
            },
        )
        assert answer.status == 303
        found = Registration.objects.get()
        assert (found.seats, found.companions, found.online) == (3, ["Ben", "Cleo"], False)
        assert found.answers == {
            str(text.pk): "None",
            str(choice.pk): "6-12",
            str(several.pk): ["A", "C"],
            str(consent.pk): True,
        }
        page = pages.Answered(client.get(pages.own_path(found)))
        for words in ("Ben, Cleo", "In person", "6-12", "A, C", "I may be filmed"):
            assert words in page.words
        assert "How was it?" not in page.words

    def test_a_code_lets_in(self, client):
        event = factories.event(by_invitation=True)
        event.invitations.create(code="Welcome-1", uses=1)
        assert pages.register(client, event, code=" welcome-1 ").status == 303
        answer = pages.register(client, event, code="welcome-1", email="ben@example.org")
        assert "no longer be used" in answer.error("code")


ANN = {"name": "Ann Lee", "email": "ann@example.org"}


class TestBadInput:
    @pytest.mark.parametrize(
        ("said", "field", "words"),
        [
            ({"email": "ann"}, "email", "Enter an email address like"),
            ({"email": "ann@"}, "email", "Enter an email address like"),
            ({"email": "a b@example.org"}, "email", "Enter an email address like"),
            (
                {"email": "ann@example.org\nBcc: x@example.org"},
                "email",
                "Enter an email address like",
            ),
            ({"email": "a" * 300 + "@example.org"}, "email", "too long"),
            ({"email": ""}, "email", "Enter your email address"),
            ({"email": "an\0n@example.org"}, "email", "could not be read"),
            ({"name": ""}, "name", "your name"),
            ({"name": " \n "}, "name", "your name"),
            ({"name": "x" * 10_000}, "name", "100 characters; it has 10,000"),
            ({"name": "Ann\0"}, "name", "could not be read"),
            ({"name": "Win at https://spam.example.org"}, "name", "only a name"),
            ({"organization": "x" * 201}, "organization", "200 characters"),
            ({"role": "x\0"}, "role", "could not be read"),
            ({"seats": "4"}, "seats", "Choose one"),
            ({"seats": "many"}, "seats", "Choose one"),
            ({"seats": ""}, "seats", "number of seats"),
            ({"seats": "1", "companions": "Ben"}, "companions", "1 seat but listed 1"),
            ({"seats": "2", "companions": "x" * 201}, "companions", "100 characters"),
            ({"attendance": "by phone"}, "attendance", "Choose one"),
            ({"attendance": ""}, "attendance", "online or in person"),
            ({"question": "Ω"}, "question", "Choose one"),
            ({"question": ""}, "question", "Choose one"),
        ],
    )
    def test_is_told_beside_the_field_keeps_what_was_typed_and_stores_nothing(
        self, client, said, field, words
    ):
        event = factories.event(largest_party=3, attendance="both", venue="Hall")
        question = event.questions.create(
            text="Grade", kind="choice", options=["K-5"], required=True
        )
        good = {"attendance": "online", "question": "K-5", "role": "Teacher"}
        said = good | said
        key = f"question-{question.pk}"
        said[key] = said.pop("question")
        answer = pages.register(client, event, **said)
        assert answer.status == 422
        assert words in answer.error(key if field == "question" else field)
        assert answer.error(key if field == "question" else field).startswith("Error:")
        assert words in answer.summary
        assert not Registration.objects.exists()
        assert not pages.mails()
        kept = pages.fields_of(answer.tree)
        untouched = {"name", "email", "role"} - {field}
        assert {kept[name] for name in untouched} == {(ANN | good)[name] for name in untouched}
        if "x" * 200 in said.get(field, ""):
            assert kept[field] == said[field]
        # Each link of the summary leads to something on the page.
        for target in answer.tree.xpath("//div[@role='alert']//a/@href"):
            assert answer.tree.xpath("//*[@id=$id]", id=target[1:])

    def test_a_required_consent_and_answers_are_asked_for(self, client):
        event = factories.event()
        for kind in ("text", "choices", "consent"):
            event.questions.create(text=kind, kind=kind, options=["A"], required=True)
        answer = pages.register(client, event)
        assert answer.status == 422
        for question, words in zip(
            event.questions.all(), ["Answer this", "at least one", "Check this box"], strict=True
        ):
            assert words in answer.error(f"question-{question.pk}")

    def test_unknown_questions_are_told(self, client):
        event = factories.event()
        other = factories.event().questions.create(text="Elsewhere")
        for key in (str(other.pk), "0", "x", "-1"):
            answer = pages.register(client, event, **{f"question-{key}": "yes"})
            assert answer.status == 422
            assert "questions on this form have changed" in answer.summary
        assert not Registration.objects.exists()

    def test_bytes_that_are_no_text_are_told(self, client):
        event = factories.event()
        token = pages.form(client, event)["token"]
        body = b"name=Ann%ff%fe&email=ann%40example.org&token=" + token.encode()
        answer = pages.Answered(
            client.post(
                pages.address(event), body, content_type="application/x-www-form-urlencoded"
            )
        )
        assert answer.status == 422
        assert "could not be read" in answer.error("name")
        assert not Registration.objects.exists()

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"days": -2}, "This event is over."),
            ({"opens_at": ahead(days=1)}, "Registration has not opened yet."),
            ({"closes_at": ago(days=1)}, "Registration has closed."),
            ({"cancelled_at": ago(days=1)}, "This event has been canceled."),
        ],
    )
    def test_what_takes_no_registration_says_why(self, client, more, words):
        event = factories.event()
        fields = pages.form(client, event) | {"name": "Ann", "email": "ann@example.org"}
        for name, value in more.items():
            if name == "days":
                event.starts_at, event.ends_at = ago(days=2), ago(days=1)
            else:
                setattr(event, name, value)
        event.save()
        page = pages.Answered(client.get(pages.address(event)))
        assert page.status == 200
        assert words in page.words
        assert not page.tree.xpath("//form[@method='post']")
        answer = pages.send(client, event, fields)
        assert answer.status == 409
        assert words in answer.summary
        assert pages.fields_of(answer.tree)["name"] == "Ann"
        assert not Registration.objects.exists()

    def test_what_is_not_public_or_has_no_form_is_not_there(self, client):
        for more in ({"public": False}, {"sign_up": "none"}):
            event = factories.event(**more)
            assert client.get(pages.address(event)).status_code == 404
        outside = factories.event(sign_up="outside", outside_url="https://tickets.example.org/")
        answer = client.get(pages.address(outside))
        assert (answer.status_code, answer["Location"]) == (302, outside.path)

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_other_methods_are_refused(self, client, method):
        event = factories.event()
        assert getattr(client, method)(pages.address(event)).status_code == 405


class TestRobots:
    def test_a_form_that_comes_at_once_is_to_be_sent_once_more(self, client):
        event = factories.event()
        answer = pages.register(client, event, span={"seconds": -5})
        assert answer.status == 422
        assert "sent very quickly" in answer.summary
        assert not Registration.objects.exists()

    @pytest.mark.parametrize("token", ["", "x", "1/abc:1wXyZ:forged", "::::"])
    def test_a_form_without_a_token_of_ours_is_to_be_sent_once_more(self, client, token):
        event = factories.event()
        answer = pages.register(client, event, token=token)
        assert answer.status == 422
        with pages.earlier():
            shown = pages.register(client, event, token=token)
        assert pages.send(client, event, pages.fields_of(shown.tree)).status == 303

    def test_the_form_of_another_event_or_of_the_day_before_yesterday_is_none(self, client):
        event = factories.event()
        other = pages.form(client, factories.event())["token"]
        assert "another event" in pages.register(client, event, token=other).summary
        old = pages.register(client, event, span={"hours": 25})
        assert "more than a day" in old.summary
        assert not Registration.objects.exists()

    def test_the_trap_is_told_so_that_no_person_is_lost(self, client):
        event = factories.event()
        answer = pages.register(client, event, subject="Buy now")
        assert answer.status == 422
        assert pages.fields_of(answer.tree)["subject"] == ""
        assert not Registration.objects.exists()
        assert pages.send(client, event, pages.fields_of(answer.tree)).status == 303

    def test_a_whole_school_may_register_but_not_everything_there_is(self, client):
        event = factories.event()
        who = hashed("127.0.0.1")
        Attempt.objects.bulk_create(
            Attempt(action=limits.REGISTER, who=who) for _ in range(limits.FROM_ONE_ADDRESS - 1)
        )
        assert pages.register(client, event).status == 303
        answer = pages.register(client, event, email="ben@example.org")
        assert answer.status == 429
        assert answer.response["Retry-After"] == "3600"
        assert "Try again in an hour" in answer.summary
        assert pages.fields_of(answer.tree)["email"] == "ben@example.org"
        assert Registration.objects.count() == 1

    def test_one_mailbox_is_not_flooded(self, client):
        for _ in range(limits.FOR_ONE_MAILBOX):
            Attempt.objects.create(action=limits.REGISTER, who=hashed("ann@example.org"))
        assert pages.register(client, factories.event()).status == 429
        assert not pages.mails()

    def test_codes_are_not_guessed(self, client):
        event = factories.event(by_invitation=True)
        event.invitations.create(code="GOOD")
        pages.register(client, event, code="BAD")
        assert Attempt.objects.filter(action=limits.WRONG_CODE).count() == 1
        Attempt.objects.bulk_create(
            Attempt(action=limits.WRONG_CODE, who=hashed("127.0.0.1"))
            for _ in range(limits.WRONG_CODES)
        )
        assert pages.register(client, event, code="GOOD").status == 429
        assert not Registration.objects.exists()

    @pytest.mark.parametrize(
        "headers",
        [
            {"HTTP_SEC_FETCH_SITE": "cross-site"},
            {"HTTP_SEC_FETCH_SITE": "same-site"},
            {"HTTP_ORIGIN": "https://elsewhere.example.org"},
            {"HTTP_ORIGIN": "null"},
        ],
    )
    def test_another_site_cannot_make_a_browser_register(self, client, headers):
        event = factories.event()
        fields = pages.form(client, event) | {"name": "Ann", "email": "ann@example.org"}
        assert pages.send(client, event, fields, **headers).status == 403
        assert not Registration.objects.exists()


def test_the_page_sets_no_cookie_and_no_cache_keeps_it(client):
    event = factories.event()
    for answer in (
        client.get(pages.address(event)),
        pages.register(client, event).response,
    ):
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Referrer-Policy"] == "strict-origin"
    first, second = (pages.form(client, event)["token"] for _ in range(2))
    assert first != second


def test_registering_through_the_page_takes_few_queries(client, django_assert_num_queries):
    event = factories.event(capacity=5)
    event.questions.create(text="Diet")
    with django_assert_num_queries(3):  # event, questions; the site's settings with the menu
        client.get(pages.address(event))
    fields = pages.form(client, event) | {"name": "Ann", "email": "ann@example.org"}
    # Event, questions, what came before; savepoint, note of it; savepoint, event's row, known,
    # taken, cancellations before, insert, whether the address is proven, its lock, what went to it,
    # note of it, words of the mail, contact address, mail, release; release.
    with django_assert_num_queries(20):
        assert pages.send(client, event, fields).status == 303


def test_no_account_is_asked_for(client):
    anonymous = Client(enforce_csrf_checks=True)
    assert pages.register(anonymous, factories.event()).status == 303
