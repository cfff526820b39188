"""The registrant's own page, reached by the token of their mail."""

import logging

import icalendar
import pytest

from competencyworks.core.models import Attempt
from events.models import Event, Registration
from tests.events import factories, pages
from tests.factories import ago, ahead

pytestmark = pytest.mark.django_db
JOIN = "https://video.example.org/j/123?pwd=abc"


def seen(client, registration, path: str = "") -> pages.Answered:
    return pages.Answered(client.get(pages.own_path(registration) + path))


class TestWhatItShows:
    def test_a_seat_with_its_hours_and_ways_into_a_calendar(self, client):
        event = factories.event(title="Grading", join_url=JOIN, zone="America/Denver")
        mine = factories.registered(event, name="Ann Lee")
        page = seen(client, mine)
        assert page.status == 200
        for words in ("You are registered", "Grading", "MT", "Mountain Time", "Ann Lee"):
            assert words in page.words
        links = page.tree.xpath("//main//a/@href")
        assert f"{pages.own_path(mine)}event.ics" in links
        google = next(link for link in links if link.startswith("https://calendar.google.com/"))
        start = f"{event.starts_at:%Y%m%dT%H%M%SZ}"
        assert start in google
        assert any(link.startswith("https://outlook.live.com/") for link in links)
        assert not [link for link in links if "video.example.org" in link or "pwd" in link]

    @pytest.mark.parametrize(
        ("starts", "ends", "shown"),  # minutes from now
        [(16, 60, False), (14, 60, True), (-30, 1, True), (-120, -1, False)],
    )
    def test_the_way_in_is_open_from_minutes_before_until_the_end(
        self, client, starts, ends, shown
    ):
        event = factories.event(join_url=JOIN, join_note="<p>Pass code 77</p>")
        mine = factories.registered(event)
        event.starts_at, event.ends_at = ahead(minutes=starts), ahead(minutes=ends)
        event.save()
        page = seen(client, mine)
        assert (JOIN in page.tree.xpath("//main//a/@href")) is shown
        assert ("Pass code 77" in page.words) is shown
        assert ("minutes before the start" in page.words) is (starts > 15)

    def test_how_long_before_is_the_organizers_to_say(self, client):
        event = factories.event(join_url=JOIN, join_opens_minutes=120)
        mine = factories.registered(event)
        event.starts_at, event.ends_at = ahead(minutes=110), ahead(hours=3)
        event.save()
        assert JOIN in seen(client, mine).tree.xpath("//main//a/@href")

    def test_who_waits_sees_their_place_and_no_way_in(self, client):
        event = factories.event(capacity=1, join_url=JOIN)
        first = factories.registered(event)
        waits = [factories.registered(event) for _ in range(2)]
        event.starts_at, event.pass_seats_until = ago(minutes=1), ahead(hours=1)
        event.save()
        assert "number 2 on the waiting list" in seen(client, waits[1]).words
        assert "it is yours" not in seen(client, waits[1]).words
        assert "to the first person on the waiting list whose group" in seen(client, waits[1]).words
        assert JOIN not in seen(client, waits[1]).response.content.decode()
        assert JOIN not in seen(client, waits[1], "event.ics").response.content.decode()
        client.post(f"{pages.own_path(first)}cancel/")
        assert "You are registered" in seen(client, waits[0]).words
        assert "number 1 on the waiting list" in seen(client, waits[1]).words
        assert JOIN not in seen(client, first).response.content.decode()

    def test_who_comes_in_person_sees_where_and_no_way_in(self, client):
        event = factories.event(
            attendance="both", venue="Town Hall", join_url=JOIN, venue_note="<p>Room 7</p>",
            join_opens_minutes=30_000,
        )  # fmt: skip
        there = factories.registered(event, online=False)
        online = factories.registered(event, online=True)
        assert "Room 7" in seen(client, there).words
        assert "Town Hall" in seen(client, there).words
        assert JOIN not in seen(client, there).response.content.decode()
        assert JOIN not in seen(client, there, "event.ics").response.content.decode()
        assert "Room 7" not in seen(client, online).words
        assert JOIN in seen(client, online).tree.xpath("//main//a/@href")

    def test_afterwards_there_are_recording_and_slides(self, client):
        event = factories.event(
            recording_url="https://video.example.org/r", slides_url="https://example.org/s.pdf"
        )
        mine, gone = factories.registered(event), factories.registered(event)
        client.post(f"{pages.own_path(gone)}cancel/")
        assert "https://video.example.org/r" not in seen(client, mine).tree.xpath("//a/@href")
        event.starts_at, event.ends_at = ago(hours=2), ago(hours=1)
        event.save()
        links = seen(client, mine).tree.xpath("//main//a/@href")
        assert {"https://video.example.org/r", "https://example.org/s.pdf"} <= set(links)
        assert not [link for link in links if link.endswith(("/change/", "/cancel/", ".ics"))]
        assert "https://video.example.org/r" not in seen(client, gone).tree.xpath("//a/@href")

    @pytest.mark.parametrize(
        ("after", "attended", "words"),
        [
            ({}, False, "No recording or certificate is available at this time."),
            ({}, True, "Your certificate of attendance is below."),
            ({"recording_url": "https://e.org/r"}, False, "The recording is below."),
            (
                {"recording_url": "https://e.org/r", "slides_url": "https://e.org/s"}, True,
                "The recording, the slides, and your certificate of attendance are below.",
            ),
        ],
    )  # fmt: skip
    def test_afterwards_it_says_that_the_event_is_over_and_what_there_is(
        self, client, after, attended, words
    ):
        event = factories.event(capacity=1, **after)
        mine, waits = factories.registered(event), factories.registered(event)
        Registration.objects.filter(pk=mine.pk).update(attended=attended)
        Event.objects.update(starts_at=ago(hours=2), ends_at=ago(hours=1))
        page = seen(client, mine)
        assert page.tree.xpath("//h1")[0].text == "This event is over"
        assert f"You had a seat at this event. {words}" in page.words
        assert "You are registered" not in page.words
        page = seen(client, waits)
        assert page.tree.xpath("//h1")[0].text == "This event is over"
        assert "you did not get a seat" in page.words
        assert "You are on the waiting list" not in page.words

    def test_the_calendar_file_holds_the_way_in(self, client):
        event = factories.event(join_url=JOIN)
        answer = client.get(f"{pages.own_path(factories.registered(event))}event.ics")
        assert answer["Content-Type"].startswith("text/calendar")
        assert "no-store" in answer["Cache-Control"]
        (entry,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert entry["uid"] == event.uid
        assert JOIN in str(entry)

    def test_no_page_of_it_is_kept_listed_or_named_to_others(self, client):
        event = factories.event()
        mine = factories.registered(event)
        for path in ("", "change/", "cancel/", "event.ics"):
            answer = client.get(pages.own_path(mine) + path)
            assert answer["Cache-Control"] == "no-store, private"
            assert answer["Referrer-Policy"] == "strict-origin"
            assert answer["X-Robots-Tag"] == "noindex"
            assert not answer.cookies


class TestChanging:
    def test_what_was_said_can_be_said_anew(self, client):
        event = factories.event(largest_party=3, attendance="both", venue="Hall")
        question = event.questions.create(text="Diet")
        mine = factories.registered(event, 2, name="Ann", companions=["Ben"], online=False)
        page = seen(client, mine, "change/")
        fields = pages.fields_of(page.tree)
        assert (fields["name"], fields["seats"], fields["companions"]) == ("Ann", "2", "Ben")
        assert fields["attendance"] == ["in_person"]
        assert "email" not in fields
        fields |= {"name": "Ann Lee", "seats": "3", f"question-{question.pk}": "Vegan"}
        answer = client.post(f"{pages.own_path(mine)}change/", fields | {"email": "x@example.org"})
        assert (answer.status_code, answer["Location"]) == (
            303,
            f"{pages.own_path(mine)}?saved=changes",
        )
        email = mine.email
        mine.refresh_from_db()
        assert (mine.name, mine.seats, mine.email) == ("Ann Lee", 3, email)
        assert mine.answers == {str(question.pk): "Vegan"}
        assert "Vegan" in seen(client, mine).words

    def test_fewer_seats_let_who_waits_in_with_a_mail(self, client):
        event = factories.event(capacity=2, largest_party=2)
        mine = factories.registered(event, 2)
        waits = factories.registered(event)
        fields = pages.fields_of(seen(client, mine, "change/").tree)
        client.post(f"{pages.own_path(mine)}change/", fields | {"seats": "1"})
        waits.refresh_from_db()
        assert waits.status == "confirmed"
        assert [m.subject for m in pages.mails("confirmed") if m.to_email == waits.email] == [
            f"You have a seat: {event.title}"
        ]

    def test_more_seats_than_are_free_are_told_and_change_nothing(self, client):
        event = factories.event(capacity=2, largest_party=2)
        mine = factories.registered(event)
        factories.registered(event)
        fields = pages.fields_of(seen(client, mine, "change/").tree)
        answer = pages.Answered(
            client.post(f"{pages.own_path(mine)}change/", fields | {"seats": "2", "name": "New"})
        )
        assert answer.status == 409
        assert "not enough free seats" in answer.error("seats")
        mine.refresh_from_db()
        assert (mine.seats, mine.name) == (1, fields["name"])

    def test_bad_input_is_told_beside_the_field(self, client):
        mine = factories.registered(factories.event())
        answer = pages.Answered(client.post(f"{pages.own_path(mine)}change/", {"name": "x" * 999}))
        assert answer.status == 422
        assert "100 characters" in answer.error("name")
        assert "Your changes have not been saved yet" in answer.summary
        mine.refresh_from_db()
        assert mine.name != "x" * 999


class TestCancelling:
    def test_takes_one_button_frees_the_seat_and_is_mailed(self, client):
        event = factories.event(capacity=1)
        mine, next_one = factories.registered(event), factories.registered(event)
        page = seen(client, mine, "cancel/")
        assert len(page.tree.xpath("//main//button")) == 1
        mine.refresh_from_db()
        assert mine.status == "confirmed"  # looking does nothing
        answer = client.post(page.tree.xpath("//main//form/@action")[0])
        assert (answer.status_code, answer["Location"]) == (303, pages.own_path(mine))
        for each in (mine, next_one):
            each.refresh_from_db()
        assert (mine.status, next_one.status) == ("cancelled", "confirmed")
        assert [mail.to_email for mail in pages.mails("given-back")] == [mine.email]
        assert "Your registration is canceled" in seen(client, mine).words
        client.post(f"{pages.own_path(mine)}cancel/")
        assert len(pages.mails("given-back")) == 1

    def test_who_cancelled_can_register_again(self, client):
        event = factories.event()
        mine = factories.registered(event, email="ann@example.org")
        client.post(f"{pages.own_path(mine)}cancel/")
        assert pages.address(event) in seen(client, mine).tree.xpath("//main//a/@href")
        factories.registered(event, email="ann@example.org")
        page = seen(client, mine)
        assert "This registration is canceled" in page.words
        assert "You have registered again. Use the link in the newer email." in page.words
        assert "no longer have a seat" not in page.words
        assert pages.address(event) not in page.tree.xpath("//main//a/@href")
        assert pages.register(client, event).status == 303
        assert Registration.objects.filter(status="confirmed").count() == 1

    def test_nothing_can_be_changed_once_the_event_is_over_or_cancelled(self, client):
        for more in ({"ends_at": ago(hours=1)}, {"cancelled_at": ago(hours=1)}):
            event = factories.event()
            mine = factories.registered(event)
            event.starts_at = ago(hours=2)
            for name, value in more.items():
                setattr(event, name, value)
            event.save()
            for path in ("change/", "cancel/"):
                for answer in (
                    client.get(pages.own_path(mine) + path),
                    client.post(pages.own_path(mine) + path, {"name": "New"}),
                ):
                    assert answer.status_code == 303
                    assert answer["Location"].split("?")[0] == pages.own_path(mine)
            mine.refresh_from_db()
            assert (mine.status, mine.name == "New") == ("confirmed", False)


class TestTokens:
    def test_a_wrong_one_opens_nothing(self, client):
        mine = factories.registered(factories.event())
        other = factories.registered(mine.event)
        key, signature = mine.token.split(".", 1)
        assert len(signature) >= 43  # 256 bits in base64
        wrong = [
            f"{other.pk}.{signature}", key, f"{key}.", f"{key}.{signature[:-1]}", "x" * 5000,
            f"{key}.{signature}x", f"{key}%00.{signature}", "change",
        ]  # fmt: skip
        for token in wrong:
            for path in ("", "change/", "cancel/", "event.ics"):
                answer = client.get(f"/events/registration/{token}/{path}")
                assert answer.status_code == 404

    def test_a_right_one_opens_however_many_wrong_ones_came_from_there(self, client):
        mine = factories.registered(factories.event())
        for number in range(250):
            assert client.get(f"/events/registration/{number}.x/").status_code == 404
        assert client.get(pages.own_path(mine)).status_code == 200
        assert not Attempt.objects.filter(action__contains="token").exists()

    def test_posts_of_another_site_are_refused(self, client):
        mine = factories.registered(factories.event())
        for path in ("change/", "cancel/"):
            answer = client.post(
                pages.own_path(mine) + path, {"name": "New"}, HTTP_SEC_FETCH_SITE="cross-site"
            )
            assert answer.status_code == 403
        mine.refresh_from_db()
        assert mine.status == "confirmed"

    def test_none_stands_in_the_log(self, client, caplog):
        event = factories.event()
        mine = factories.registered(event)
        with caplog.at_level(logging.DEBUG):
            for path in ("", "change/", "cancel/", "event.ics", "nothing/"):
                client.get(pages.own_path(mine) + path)
            client.post(f"{pages.own_path(mine)}cancel/")
            client.post(f"{pages.own_path(mine)}cancel/", HTTP_ORIGIN="null")
        written = "\n".join(
            record.getMessage() for record in caplog.records if "db" not in record.name
        )
        assert "signing_up:own_page" in written
        assert mine.token not in written
        assert mine.token.split(".")[1] not in written

    def test_a_registration_that_was_removed_opens_nothing(self, client):
        mine = factories.registered(factories.event())
        Registration.objects.filter(pk=mine.pk).update(anonymous_at=ago(days=1), email="")
        assert client.get(pages.own_path(mine)).status_code == 404


VECTORS = [
    '"><script>hit()</script>',
    "<img src=x onerror=hit()>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "{name.__class__}{0}",
    "Ann\r\nBcc: other@example.org",
    "\u2028\u202eevil",
]


@pytest.mark.parametrize("vector", VECTORS)
def test_what_people_write_stays_words_on_pages_and_in_mails(client, vector):
    event = factories.event(largest_party=2, title="Title <b>&amp; {name}")
    question = event.questions.create(text="<i>Q</i>")
    said = {"organization": vector, "role": vector, f"question-{question.pk}": vector}
    bad = pages.register(client, event, name=vector, email=vector, **said)
    good = pages.register(client, event, name=vector, seats="2", companions=vector, **said)
    if good.status == 422:  # two lines of companions are two people
        good = pages.register(client, event, name=vector, seats="2", **said)
    if good.status == 422:  # a name holds no address of a page
        good = pages.register(client, event, seats="2", **said)
    mine = Registration.objects.get()
    shown = [bad.response, client.get(pages.own_path(mine))]
    shown += [client.get(f"{pages.own_path(mine)}change/")]
    html = [answer.content.decode() for answer in shown] + [mail.html for mail in pages.mails()]
    for text in html:
        assert "<script>hit" not in text
        assert "<img src=x" not in text
        assert "<i>Q" not in text
        assert "<b>&" not in text
    (mail,) = pages.mails()
    for line in (mail.subject, mail.to_name):
        assert "\n" not in line
        assert "\r" not in line
    assert "14" not in mail.to_name
    assert "Bcc" not in mail.headers
    assert mail.subject == "You are registered: Title <b>&amp; {name}"
