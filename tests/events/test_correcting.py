"""Organizers learn whom an email did not reach, correct the address, and it goes out again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html as trees

from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from events import changes, mailings, registration
from events.correcting import correct
from events.models import Event, Mailing, Registration, VideoPlace
from events.registration import CannotRegister
from events.video_service import places
from tests.events import factories, pages
from tests.events.test_registration_admin import said

pytestmark = pytest.mark.django_db
LIST = "/admin/events/registration/"
WRONG, RIGHT = "ann@exmaple.org", "ann@example.org"
ANSWER = "550 5.1.1 No such user here"
MARK = "Email not delivered"


def refuse(row: Registration, **more) -> None:
    """As if the mail server had refused what waits for the registration."""
    waiting = OutgoingMail.objects.filter(about=f"registration-{row.pk}", sent_at=None)
    waiting.update(failed_at=timezone.now(), error=ANSWER, **more)


def refused(event: Event | None = None, **more) -> Registration:
    row = factories.registered(event or factories.event(), **{"name": "Ann Lee", **more})
    refuse(row)
    return row


def page_of(row: Registration) -> str:
    return f"{LIST}{row.pk}/correct/"


def send(client, row: Registration, email: str = RIGHT, **more):
    """The form as it is shown, with another address."""
    fields = pages.fields_of(trees.fromstring(client.get(page_of(row)).content))
    return client.post(page_of(row), fields | {"email": email, "_save": "1"} | more, follow=True)


def last_mail(row: Registration) -> OutgoingMail:
    return OutgoingMail.objects.filter(about=f"registration-{row.pk}").latest("pk")


def token_in(mail: OutgoingMail) -> str:
    return re.search(r"/events/registration/([^/\s]+)/", mail.text)[1]


# --- who is told ------------------------------------------------------------------------------


def test_the_front_page_and_the_list_tell_a_manager_whom_no_mail_reached(manager, editor):
    event = factories.event()
    refused(event, email=WRONG)
    factories.registered(event, name="Bo Ray")
    front = manager.get("/admin/").content.decode()
    assert "1 person who registered for an upcoming event did not get our last email." in front
    (url,) = trees.fromstring(front).xpath("//ul[contains(@class, 'cw-troubles')]//a/@href")
    listed = manager.get(url).content.decode()
    assert MARK in listed
    assert "Ann Lee" in listed
    assert "Bo Ray" not in listed
    assert "did not get our last email" not in editor.get("/admin/").content.decode()


def test_the_page_of_a_registration_says_what_the_mail_server_said(manager):
    row = refused()
    text = manager.get(f"{LIST}{row.pk}/change/").content.decode()
    assert ANSWER in text
    assert page_of(row) in text
    assert ANSWER in manager.get(page_of(row)).content.decode()


@pytest.mark.parametrize(
    "error", ["No longer due: the event is over.", ""], ids=["no longer due", "arrived since"]
)
def test_what_was_no_longer_due_or_arrived_since_is_no_mark(manager, error):
    row = refused()
    if error:
        OutgoingMail.objects.update(error=error)
    else:
        registration.cancel(factories.registered(row.event, name="Bo"))
        OutgoingMail.objects.create(
            key="later", kind="registration.reminder", about=f"registration-{row.pk}",
            to_email=row.email, subject="s", text="t", sent_at=timezone.now(),
        )  # fmt: skip
    assert MARK not in manager.get(LIST).content.decode()
    assert "did not get" not in manager.get("/admin/").content.decode()


@pytest.mark.parametrize("act", ["cancel", "event-cancelled"])
def test_who_cancelled_and_an_event_that_is_off_are_not_on_the_front_page(manager, act):
    row = refused()
    if act == "cancel":
        registration.cancel(row)
    else:
        changes.cancel_event(row.event, manager.user)
    assert "did not get" not in manager.get("/admin/").content.decode()


def test_the_list_costs_the_same_however_many_were_refused(manager):
    counts = []
    for size in (1, 5):
        event = factories.event()
        for _ in range(size):
            refused(event)
        with CaptureQueriesContext(connection) as queries:
            text = manager.get(LIST, {"event": event.pk}).content.decode()
        assert text.count(MARK) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the correction ---------------------------------------------------------------------------


def test_a_corrected_address_gets_the_confirmation_and_the_mark_goes(manager, client):
    row = refused(email=WRONG)
    old_token = token_in(last_mail(row))
    answer = send(manager, row)
    assert "Ann Lee: A confirmation will be emailed to ann@example.org shortly." in said(answer)
    row.refresh_from_db()
    mail = last_mail(row)
    assert (row.email, mail.to_email, mail.kind) == (RIGHT, RIGHT, "registration.confirmed")
    send_waiting_mail()
    mail.refresh_from_db()
    assert mail.sent_at
    assert "Ann Lee" not in mail.text + mail.html  # nobody at this address has said who they are
    assert MARK not in manager.get(LIST).content.decode()
    assert client.get(f"/events/registration/{old_token}/").status_code == 404
    assert client.get(f"/events/registration/{token_in(mail)}/").status_code == 200
    (entry,) = LogEntry.objects.all()
    assert entry.change_message == f"Corrected the email address from {WRONG} to {RIGHT}."


def test_who_waits_is_told_that_and_gets_the_seat_by_the_new_address(manager):
    event = factories.event(capacity=1)
    first = factories.registered(event)
    row = refused(event, email=WRONG)
    assert "An email about the waiting list will be sent" in said(send(manager, row))
    assert last_mail(row).kind == "registration.waiting"
    registration.cancel(first)
    send_waiting_mail()
    mails = OutgoingMail.objects.filter(to_email=RIGHT).order_by("pk")
    assert [(mail.kind, bool(mail.sent_at)) for mail in mails] == [
        ("registration.waiting", False),
        ("registration.confirmed", True),
    ]


def test_of_a_cancelled_event_the_new_address_learns_that(manager):
    row = refused(email=WRONG)
    changes.cancel_event(row.event, manager.user)
    assert "An email that the event is canceled will be sent" in said(send(manager, row))
    send_waiting_mail()
    (mail,) = OutgoingMail.objects.filter(to_email=RIGHT)
    assert mail.sent_at
    assert mail.kind == "registration.event-cancelled"


def test_after_the_event_the_address_is_corrected_and_no_confirmation_goes(manager):
    row = refused(email=WRONG)
    past = timezone.now() - timedelta(days=1)
    Event.objects.update(starts_at=past - timedelta(hours=1), ends_at=past)
    assert "because the event is over" in said(send(manager, row))
    row.refresh_from_db()
    assert row.email == RIGHT
    assert not OutgoingMail.objects.filter(to_email=RIGHT).exists()


def test_what_still_waits_for_the_old_address_goes_no_more(manager):
    row = factories.registered(factories.event(), email=WRONG)
    send(manager, row)
    send_waiting_mail()
    old, new = OutgoingMail.objects.order_by("pk")
    assert (old.to_email, old.sent_at) == (WRONG, None)
    assert old.error == "No longer due: the address of the registration was corrected."
    assert (new.to_email, bool(new.sent_at)) == (RIGHT, True)


def test_a_message_that_the_old_address_refused_goes_to_the_new_one(manager):
    row = factories.registered(factories.event(), email=WRONG)
    mailings.send(
        Mailing(event=row.event, audience="seated", subject="Bring a pen", text="Hi", nonce="n")
    )
    refuse(row)
    send(manager, row)
    send_waiting_mail()
    sent = OutgoingMail.objects.filter(to_email=RIGHT).exclude(sent_at=None)
    assert {mail.kind for mail in sent} == {"registration.message", "registration.confirmed"}
    row.refresh_from_db()
    assert {token_in(mail) for mail in sent} == {row.token}


def test_the_same_address_is_tried_again(manager):
    row = refused(email=RIGHT)
    assert "The email to ann@example.org will be tried again shortly." in said(send(manager, row))
    send_waiting_mail()
    assert OutgoingMail.objects.get().sent_at
    again = send(manager, row)
    assert again.status_code == 422
    assert "The registration already has this address." in again.content.decode()


def test_an_address_that_is_registered_already_is_refused_in_words(manager):
    row = refused(email=WRONG)
    other = factories.registered(row.event, name="Bo Ray", email=RIGHT)
    answer = send(manager, row, "ANN@example.org")
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Bo Ray already registered for this event with the address ann@example.org." in words
    assert 'value="ANN@example.org"' in words
    registration.cancel(other)
    assert send(manager, row).status_code == 200
    row.refresh_from_db()
    assert row.email == RIGHT


@pytest.mark.parametrize("address", ["ann@localhost", "änn@example.org", "", "x" * 300])
def test_what_is_no_address_is_refused_and_given_back(manager, address):
    row = refused(email=WRONG)
    answer = send(manager, row, address)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.email == WRONG


def test_a_page_from_before_another_correction_changes_nothing(manager):
    row = refused(email=WRONG)
    answer = send(manager, row, "third@example.org", seen="earlier@example.org")
    assert answer.status_code == 422
    assert "A colleague changed this address to ann@exmaple.org" in answer.content.decode()


def test_a_cancelled_registration_is_not_corrected(manager):
    row = refused(email=WRONG)
    registration.cancel(row)
    answer = manager.get(page_of(row), follow=True)
    assert "its address cannot be corrected" in said(answer)


def test_only_who_runs_events_corrects(editor, author):
    row = refused(email=WRONG)
    for client in (editor, author):
        assert client.post(page_of(row), {"email": RIGHT, "seen": WRONG}).status_code in (403, 404)
    row.refresh_from_db()
    assert row.email == WRONG


def test_an_own_page_opened_before_the_correction_changes_nothing():
    row = refused(email=WRONG)
    before = Registration.objects.get(pk=row.pk)
    correct(row, RIGHT, seen=WRONG)
    for act in (
        lambda: registration.change(before, factories.party(name="Mallory")),
        lambda: registration.cancel(before),
    ):
        with pytest.raises(registration.NoSuchPlace):
            act()
    registration.verify(before)
    row.refresh_from_db()
    assert (row.name, row.status, row.is_verified) == ("Ann Lee", "confirmed", False)


@pytest.mark.django_db(transaction=True)
def test_two_corrections_and_a_registration_at_once_make_one_of_each_address():
    event = factories.event()
    first, second = refused(event, email=WRONG), refused(event, email="bo@exmaple.org")

    def run(row):
        try:
            if row is None:
                factories.registered(event, email=RIGHT)
            else:
                correct(row, RIGHT, seen=row.email)
            return "done"
        except CannotRegister as error:
            return str(error)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(run, [first, second, None] * 2))
    assert event.registrations.filter(email=RIGHT).count() == 1
    refusals = [each for each in results if each != "done"]
    assert all("already" in each or "A colleague changed" in each for each in refusals)


def test_the_video_service_forgets_the_old_address_and_gets_the_new_one(service):
    event = factories.event(video_kind="meeting", video_meeting="123456789")
    row = refused(event, email=WRONG)
    places.work()
    assert VideoPlace.objects.get().registrant
    correct(row, RIGHT, seen=WRONG)
    for _ in range(2):
        places.work()
    place = VideoPlace.objects.get()
    assert place.registrant
    assert service.emails() == [RIGHT]
