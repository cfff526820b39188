"""While an event is hidden, registrants are told so, and nothing of it is given on or lost."""

import pytest
from django.core import mail as django_mail

from competencyworks.core import workflow
from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from events import free_seats, registration, reminders
from events.models import Event, Registration
from tests.events import factories, pages
from tests.events.test_mailings import registered, soon

pytestmark = pytest.mark.django_db
ACTS = {"withdrawn": workflow.withdraw, "in the trash": workflow.trash}
BACK = {"withdrawn": workflow.publish, "in the trash": workflow.restore}


@pytest.mark.parametrize("act", ACTS)
def test_the_page_of_a_registrant_says_what_happened(client, act):
    event = factories.event(capacity=1, join_url="https://video.example.org/j")
    seated, waits = factories.registered(event), factories.registered(event)
    ACTS[act](event)
    for row, kept in ((seated, "You keep your seat"), (waits, "You keep your place")):
        answer = client.get(pages.own_path(row))
        assert answer.status_code == 200
        assert "This event’s page is currently unavailable" in answer.text
        assert kept in answer.text
        assert event.path not in answer.text
        for page in ("change/", "event.ics", "cancel/"):
            assert client.get(f"{pages.own_path(row)}{page}").status_code == 200
    assert client.post(f"{pages.own_path(seated)}cancel/").status_code == 303
    assert "Your registration is canceled" in client.get(pages.own_path(seated)).text


@pytest.mark.parametrize("act", ACTS)
def test_a_seat_is_given_on_only_once_the_event_is_back(act):
    event = factories.event(capacity=1)
    seated, waits = factories.registered(event), factories.registered(event)
    ACTS[act](event)
    registration.cancel(seated)
    assert free_seats.pass_on_where_due() == 0
    waits.refresh_from_db()
    assert waits.status == "waiting"
    BACK[act](event)
    assert free_seats.pass_on_where_due() == 1
    waits.refresh_from_db()
    assert waits.status == "confirmed"
    assert [mail.to_email for mail in pages.mails("confirmed")] == [seated.email, waits.email]
    assert free_seats.pass_on_where_due() == 0


def test_nobody_gets_a_seat_who_does_not_fit_or_after_the_time():
    event = factories.event(capacity=2, largest_party=2)
    first = factories.registered(event)
    factories.registered(event)
    factories.registered(event, 2)
    Registration.objects.filter(pk=first.pk).update(status="cancelled")
    assert free_seats.pass_on_where_due() == 0
    late = factories.event(capacity=1, days=1 / 24)
    Registration.objects.create(event=late, status="waiting", name="Ann", email="a@example.org")
    assert free_seats.pass_on_where_due() == 0


def test_reminders_that_were_dropped_meanwhile_come_back_with_the_event():
    event = soon(50)
    row, gone = registered(event), registered(event)
    reminders.queue_due()
    workflow.withdraw(event)
    send_waiting_mail()
    assert not django_mail.outbox
    assert {mail.state for mail in pages.mails("reminder")} == {"Given up"}
    assert reminders.queue_due() == 0
    workflow.publish(event)
    Registration.objects.filter(pk=gone.pk).update(status="cancelled")
    assert reminders.queue_due() == 2
    OutgoingMail.objects.exclude(kind="registration.reminder").delete()
    send_waiting_mail()
    assert [mail.to for mail in django_mail.outbox] == [[row.email]]
    assert reminders.queue_due() == 0


def test_a_reminder_that_was_dropped_for_another_reason_stays_dropped():
    event = soon(50)
    row = registered(event)
    reminders.queue_due()
    Registration.objects.filter(pk=row.pk).update(status="cancelled")
    send_waiting_mail()
    Event.objects.update(title="Another")
    assert reminders.queue_due() == 0
