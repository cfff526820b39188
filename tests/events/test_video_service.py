"""Registering at the video service, against a local server that speaks its calls."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.background import sweeps
from competencyworks.core.mail import sending
from competencyworks.core.models import OutgoingMail, SweepRun
from competencyworks.core.privacy import erase_person, export_person
from events import changes, reminders, retention
from events.models import Event, Registration, VideoPlace
from events.registration import cancel, change, set_capacity
from events.video_service import places, zoom
from tests.events import factories
from tests.events.pages import mails, own_path
from tests.events.zoom_server import SECRET

MEETING = "123456789"
PERSONAL = "https://zoom.example/w/"
SHARED = "https://video.example.org/shared"
pytestmark = pytest.mark.django_db


def webinar(**more) -> Event:
    more = {"video_meeting": MEETING, "title": "Grading", **more}
    return factories.event(**more)


def later() -> None:
    """The time has come for calls that were put off, and leases of dead workers have ended."""
    VideoPlace.objects.update(due_at=timezone.now())
    VideoPlace.objects.exclude(leased_until=None).update(leased_until=timezone.now())


def place() -> VideoPlace:
    return VideoPlace.objects.get()


def test_without_keys_nothing_is_asked_and_the_way_in_is_the_events_own(client):
    row = factories.registered(webinar(join_url=SHARED, days=0.001))
    assert places.work() is False
    assert not VideoPlace.objects.exists()
    assert SHARED in client.get(own_path(row)).content.decode()


class TestASeat:
    def test_is_registered_at_the_service_after_it_is_given(self, service):
        event = webinar()
        row = factories.registered(event, name="Ann Mary Lee", email="ann@example.org")
        assert service.asked == []  # nothing in the act itself
        places.work()
        assert service.asked == [
            (
                "POST",
                f"/v2/meetings/{MEETING}/registrants",
                {
                    "email": "ann@example.org",
                    "first_name": "Ann Mary",
                    "last_name": "Lee",
                    "auto_approve": True,
                },
            )
        ]
        assert places.own_address(row).startswith(PERSONAL)
        places.work()
        assert len(service.asked) == 1

    def test_of_a_webinar_uses_the_address_of_webinars(self, service):
        service.meetings.add(("webinar", "987654321"))
        factories.registered(
            webinar(video_kind="webinar", video_meeting="987654321"), name="Ann", email="a@x.org"
        )
        places.work()
        assert service.asked == [
            (
                "POST",
                "/v2/webinars/987654321/registrants",
                {"email": "a@x.org", "first_name": "Ann", "last_name": ""},
            )
        ]

    def test_comes_for_those_online_alone(self, service):
        event = webinar(attendance="both", venue="Hall")
        factories.registered(event, online=True, email="online@example.org")
        factories.registered(event, online=False, email="there@example.org")
        factories.registered(factories.event(), email="elsewhere@example.org")
        places.work()
        assert service.emails() == ["online@example.org"]

    def test_on_the_waiting_list_comes_once_it_is_given(self, service):
        event = webinar(capacity=1)
        factories.registered(event, email="first@example.org")
        factories.registered(event, email="second@example.org")
        places.work()
        assert service.emails() == ["first@example.org"]
        set_capacity(event.pk, 2)
        places.work()
        assert service.emails() == ["first@example.org", "second@example.org"]

    def test_given_back_is_deleted_there(self, service):
        row = factories.registered(webinar())
        places.work()
        cancel(row)
        places.work()
        assert service.emails() == []
        assert not VideoPlace.objects.exists()

    def test_given_back_before_anything_was_asked_costs_no_call(self, service):
        row = factories.registered(webinar())
        places.note_due()
        cancel(row)
        places.work()
        assert service.asked == []
        assert not VideoPlace.objects.exists()

    def test_of_who_changes_from_online_to_there_is_deleted_and_comes_again(self, service):
        event = webinar(attendance="both", venue="Hall")
        row = factories.registered(event)
        places.work()
        for online, there in [(False, []), (True, [row.email])]:
            change(row, factories.party(name=row.name, email=row.email, online=online))
            places.work()
            assert service.emails() == there

    def test_of_an_event_that_is_cancelled_is_deleted(self, service):
        event = webinar()
        factories.registered(event)
        places.work()
        changes.cancel_event(event)
        places.work()
        assert service.emails() == []

    def test_moves_with_the_event_to_another_meeting(self, service):
        service.meetings.add(("meeting", "222222222"))
        event = webinar()
        row = factories.registered(event)
        places.work()
        Event.objects.filter(pk=event.pk).update(video_meeting="222222222")
        places.work()
        assert service.emails() == []
        assert service.emails(meeting="222222222") == [row.email]
        row.refresh_from_db()
        assert "/222222222?" in places.own_address(Registration.objects.get(pk=row.pk))

    def test_of_somebody_who_cancels_and_comes_again_survives_the_deletion(self, service):
        event = webinar()
        first = factories.registered(event, email="ann@example.org")
        places.work()
        service.scripted.append((500, {}, {"message": "oops"}))
        cancel(first)
        places.work()  # the deletion fails for now
        second = factories.registered(event, email="ann@example.org")
        places.work()
        later()
        places.work()
        assert service.emails() == ["ann@example.org"]
        assert places.own_address(second).startswith(PERSONAL)
        assert VideoPlace.objects.count() == 1

    def test_in_two_sessions_of_one_meeting_stays_while_one_of_them_is_wanted(self, service):
        rows = [
            factories.registered(webinar(days=days), email="ann@example.org") for days in (3, 4)
        ]
        places.work()
        cancel(rows[0])
        places.work()
        assert service.emails() == ["ann@example.org"]
        cancel(rows[1])
        places.work()
        assert service.emails() == []

    def test_costs_the_same_queries_to_find_however_many_there_are(
        self, service, django_assert_num_queries
    ):
        event = webinar()
        for count in (1, 9):
            for _ in range(count):
                factories.registered(event)
            with django_assert_num_queries(4):
                places.note_due()
        assert VideoPlace.objects.count() == 10


class TestTheToken:
    def test_is_asked_for_once_and_kept_until_it_ends(self, service):
        event = webinar()
        for _ in range(3):
            factories.registered(event)
        places.work()
        assert len(service.tokens) == 1

    def test_is_asked_for_anew_at_its_end(self, service):
        service.life = 60
        event = webinar()
        for _ in range(2):
            factories.registered(event)
        places.work()
        assert len(service.tokens) == 2

    def test_that_is_stale_is_got_anew_and_the_call_made_again(self, service):
        event = webinar()
        factories.registered(event)
        places.work()
        service.valid.clear()
        row = factories.registered(event)
        places.work()
        assert row.email in service.emails()
        assert len(service.tokens) == 2

    def test_and_keys_are_never_logged(self, service, caplog):
        caplog.set_level(logging.DEBUG)
        service.valid.clear()
        factories.registered(webinar())
        places.work()
        assert not [word for word in (SECRET, "token-", PERSONAL) if word in caplog.text]


class TestTrouble:
    def test_with_the_keys_loses_nothing_and_shows_as_failing_work(self, service, settings):
        settings.ZOOM_CLIENT_SECRET = "wrong"
        factories.registered(webinar())
        sweeps.discover()
        name = "events.sweeps.tell_video_service"
        sweeps.run_if_due(name)
        run = SweepRun.objects.get(name=name)
        assert run.failures == 1
        assert "Invalid client_id or client_secret" in run.error
        assert "wrong" not in run.error
        assert (place().attempts, place().failed_at) == (0, None)
        settings.ZOOM_CLIENT_SECRET = SECRET
        places.work()
        assert len(service.emails()) == 1

    def test_of_time_is_met_by_asking_again_which_makes_no_second_registrant(
        self, service, monkeypatch
    ):
        monkeypatch.setattr(zoom, "TIMEOUT", 0.2)
        service.scripted.append(1)
        row = factories.registered(webinar())
        places.work()
        assert "did not respond" in place().error
        assert place().asked_as == row.email
        assert places.own_address(row) == ""
        later()
        places.work()
        assert service.made == 1
        assert (place().asked_as, place().error) == ("", "")
        assert places.own_address(row).startswith(PERSONAL)

    def test_of_the_service_is_met_by_waits_that_grow(self, service):
        factories.registered(webinar())
        waits = []
        for _ in range(4):
            service.scripted.append((503, {}, None))
            before = timezone.now()
            places.work()
            waits.append(round((place().due_at - before).total_seconds()))
            later()
        assert waits == [15, 30, 60, 120]
        assert places._wait(29) == timedelta(minutes=30)

    def test_that_does_not_end_is_given_up_and_seen_and_can_be_tried_again(self, service, manager):
        factories.registered(webinar(), name="Ann Lee")
        for _ in range(places.MOST_ATTEMPTS):
            service.scripted.append((500, {}, {"message": "Out of order."}))
            places.work()
            later()
        assert place().failed_at
        places.work()
        assert len(service.asked) == places.MOST_ATTEMPTS
        url = "/admin/events/videoplace/"
        page = manager.get(f"{url}?state=given-up").content.decode()
        assert "Ann Lee" in page
        assert "Out of order." in page
        assert "1 video service registration failed" in manager.get("/admin/").content.decode()
        manager.post(url, {"action": "try_again_now", "_selected_action": [place().pk]})
        places.work()
        assert place().state == "Registered"
        page = manager.get(url).content.decode()
        assert PERSONAL not in page
        assert PERSONAL not in manager.get(f"{url}{place().pk}/change/").content.decode()

    def test_with_what_was_asked_is_given_up_at_once(self, service):
        factories.registered(webinar(video_meeting="999999999"))
        places.work()
        assert place().failed_at
        assert "Meeting does not exist" in place().error

    @pytest.mark.parametrize(
        ("after", "seconds"),
        [("7", 7), ("", 15), ("soon", 15)],
    )
    def test_of_too_many_calls_is_waited_out(self, service, after, seconds):
        event = webinar()
        for _ in range(2):
            factories.registered(event)
        headers = {"Retry-After": after} if after else {}
        service.scripted.append((429, headers, {"message": "Too fast."}))
        before = timezone.now()
        assert places.work() is False
        assert len(service.asked) == 1
        for row in VideoPlace.objects.all():  # the other one waits too
            assert seconds - 1 < (row.due_at - before).total_seconds() < seconds + 5
            assert row.attempts == 0
        later()
        places.work()
        assert len(service.emails()) == 2

    @pytest.mark.parametrize("after", ["9" * 18, "9999-12-31T23:59:59Z"])
    def test_that_asks_for_a_wait_without_end_is_met_by_two_days(self, service, after):
        factories.registered(webinar())
        service.scripted.append((429, {"Retry-After": after}, None))
        assert places.work() is False
        assert timedelta(days=1) < place().due_at - timezone.now() < timedelta(days=3)

    def test_of_one_registrants_daily_limit_stops_the_others_for_a_minute_at_most(self, service):
        event = webinar()
        for _ in range(2):
            factories.registered(event)
        midnight = timezone.now() + timedelta(hours=9)
        service.scripted.append((429, {"Retry-After": f"{midnight:%Y-%m-%dT%H:%M:%SZ}"}, None))
        places.work()
        waits = [row.due_at - timezone.now() for row in VideoPlace.objects.order_by("due_at")]
        assert timedelta(seconds=50) < waits[0] < timedelta(seconds=61)
        assert timedelta(hours=8) < waits[1] < timedelta(hours=10)

    def test_of_a_deletion_that_finds_nobody_is_none(self, service):
        row = factories.registered(webinar())
        places.work()
        service.registrants.clear()
        cancel(row)
        places.work()
        assert service.calls() == ["POST", "DELETE"]
        assert not VideoPlace.objects.exists()

    @pytest.mark.parametrize(
        "answer",
        [
            (201, {}, {"registrant_id": "", "join_url": "https://zoom.example/w/1"}),
            (201, {}, {"registrant_id": "reg-9", "join_url": "javascript:alert(1)"}),
            (201, {}, ["nothing"]),
            (201, {}, b"[" * 2_000),
            (302, {"Location": "https://elsewhere.example/"}, None),
        ],
    )
    def test_of_an_answer_without_sense_is_met_by_asking_again(self, service, answer):
        row = factories.registered(webinar())
        service.scripted.append(answer)
        places.work()
        assert places.own_address(row) == ""
        assert place().error
        later()
        places.work()
        assert places.own_address(row).startswith(PERSONAL)

    def test_of_approval_by_hand_is_told(self, service, client):
        service.scripted.append((201, {}, {"registrant_id": "reg-9"}))
        row = factories.registered(webinar(join_url=SHARED, days=0.001))
        places.work()
        assert "approval" in place().error
        assert SHARED in client.get(own_path(row)).content.decode()


class TestTheWayIn:
    def test_on_the_own_page_is_the_personal_one_once_it_is_there(self, service, client):
        row = factories.registered(webinar(join_url=SHARED, days=0.001))
        assert SHARED in client.get(own_path(row)).content.decode()
        places.work()
        page = client.get(own_path(row)).content.decode()
        assert places.own_address(row) in page
        assert SHARED not in page
        file = client.get(f"{own_path(row)}event.ics").content.decode().replace("\r\n ", "")
        assert places.own_address(row) in file
        assert SHARED not in file

    def test_is_not_on_the_page_before_its_time_nor_after_cancelling(self, service, client):
        row = factories.registered(webinar(days=3))
        places.work()
        assert PERSONAL not in client.get(own_path(row)).content.decode()
        cancel(row)
        assert PERSONAL not in client.get(own_path(row)).content.decode()
        assert PERSONAL not in client.get(f"{own_path(row)}event.ics").content.decode()

    def test_in_the_confirmation_is_the_own_page(self, service):
        factories.registered(webinar(join_url=SHARED))
        mail = mails("confirmed")[0]
        assert "will be on your registration page" in " ".join(mail.text.split())
        assert "will be on your registration page" in mail.html
        assert SHARED not in f"{mail.text}{mail.html}{mail.attachments}"
        file = mail.attachments[0]["content"].replace("\r\n ", "")
        assert "see your registration page" in file

    def test_in_reminders_is_the_personal_one(self, service, mailoutbox):
        event = webinar(days=0.5, reminder_minutes=[1440], join_url=SHARED)
        rows = [factories.registered(event) for _ in range(2)]
        Registration.objects.update(confirmed_at=timezone.now() - timedelta(days=2))
        places.note_due()
        VideoPlace.objects.filter(registration=rows[1]).delete()
        with_place = rows[0]
        VideoPlace.objects.update(registrant="reg-7", join_url=f"{PERSONAL}7?a=1&b=2")
        OutgoingMail.objects.all().delete()
        assert reminders.queue_due() == 2
        sending.send_waiting_mail()
        sent = {mail.to[0].rpartition("<")[2].strip(">"): mail for mail in mailoutbox}
        personal = sent[with_place.email]
        assert f"{PERSONAL}7?a=1&b=2" in personal.body
        assert f"{PERSONAL}7?a=1&amp;b=2" in personal.alternatives[0][0]
        other = sent[rows[1].email]
        assert "on your registration page" in other.body
        assert PERSONAL not in other.body
        assert SHARED not in personal.body + other.body

    def test_that_changes_is_told_without_an_address(self, service):
        event = webinar(join_url=SHARED)
        factories.registered(event)
        before = Event.objects.get(pk=event.pk)
        event.video_meeting = "222222222"
        event.save()
        changes.save_from_admin(before, event)
        text = " ".join(mails("changed")[0].text.split())
        assert "on your registration page" in text
        assert "222222222" not in text

    def test_costs_the_own_page_one_query(self, service, client, django_assert_num_queries):
        row = factories.registered(webinar())
        plain = factories.registered(factories.event())
        with django_assert_num_queries(3):
            client.get(own_path(plain))
        with django_assert_num_queries(4):
            client.get(own_path(row))


class TestTheForm:
    def test_takes_a_number_as_the_service_shows_it(self):
        event = webinar(video_meeting="123 4567-8901")
        event.full_clean()
        assert event.video_meeting == "12345678901"

    @pytest.mark.parametrize("number", ["12345", "https://zoom.example/j/1", "١٢٣٤٥٦٧٨٩"])
    def test_refuses_what_is_no_number(self, number):
        with pytest.raises(Exception, match="9 to 12 digits"):
            webinar(video_meeting=number[:20]).full_clean()


class TestForgetting:
    def test_a_person_reaches_the_service(self, service):
        row = factories.registered(webinar(), email="ann@example.org")
        places.work()
        told = export_person("ann@example.org")
        assert PERSONAL in str(told)
        erase_person("ann@example.org")
        assert place().join_url == ""
        places.work()
        assert service.emails() == []
        assert not VideoPlace.objects.exists()
        assert Registration.objects.get(pk=row.pk).status == "cancelled"

    def test_old_registrations_takes_their_addresses_along(self, service):
        event = webinar(days=0.1, hours=1, kept_days=30)
        factories.registered(event)
        places.work()
        long_ago = timezone.now() - timedelta(days=40)
        Event.objects.filter(pk=event.pk).update(starts_at=long_ago, ends_at=long_ago)
        retention.make_old_ones_anonymous()
        assert place().join_url == ""
        places.work()
        assert service.emails() == []

    def test_needs_no_service(self, service, settings):
        factories.registered(webinar(), email="ann@example.org")
        places.work()
        settings.ZOOM_CLIENT_ID = ""
        erase_person("ann@example.org")
        assert not VideoPlace.objects.exists()

    def test_meanwhile_a_call_is_under_way_leaves_what_is_to_be_deleted(self, service):
        row = factories.registered(webinar(), email="ann@example.org")
        places.note_due()
        claimed = places.claim()
        erase_person("ann@example.org")
        places.attempt(claimed)
        assert (place().join_url, place().asked_as, place().wanted) == ("", "", False)
        places.work()
        assert service.emails() == []
        assert Registration.objects.get(pk=row.pk).email == ""

    def test_after_an_answer_that_got_lost_still_deletes(self, service):
        row = factories.registered(webinar(), email="ann@example.org")
        places.note_due()
        claimed = places.claim()
        zoom.add("meeting", MEETING, claimed.asked_as, row.name)  # and here the worker dies
        erase_person("ann@example.org")
        later()
        places.work()
        assert service.emails() == []
        assert not VideoPlace.objects.exists()
