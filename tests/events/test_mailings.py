"""Reminders, mails after an event and messages: each once, and none that is no longer due."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from competencyworks.website.troubles import troubles
from events import attendance, registration, reminders
from events.models import Event, MailWording, Registration
from tests.events import factories
from tests.events.pages import mails, own_path

pytestmark = pytest.mark.django_db
LIST = "/admin/events/registration/"


def registered(event: Event, *, ago: timedelta = timedelta(days=5), **more) -> Registration:
    """Somebody who has had a seat for so long."""
    row = factories.registered(event, **more)
    Registration.objects.filter(pk=row.pk).update(confirmed_at=timezone.now() - ago)
    OutgoingMail.objects.exclude(kind="registration.reminder").delete()
    return row


def soon(minutes: float = 50, **more) -> Event:
    more.setdefault("reminder_minutes", [1440, 60])
    return factories.event(days=minutes / 1440, **more)


def reminded() -> list[str]:
    return [mail.to_email for mail in mails("reminder")]


def test_whoever_has_a_seat_is_reminded_once_at_each_time_that_is_set():
    event = soon(60 * 20)
    row = registered(event)
    for _ in range(3):
        reminders.queue_due()
    assert reminded() == [row.email]
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at)
    assert mails("reminder")[0].key.startswith(f"registration-{row.pk}-reminder-1440-")


def test_of_two_that_are_due_the_last_alone_goes_out():
    row = registered(soon(50))
    assert [reminders.queue_due(), reminders.queue_due()] == [1, 0]
    assert [mail.key.split("-")[3] for mail in mails("reminder")] == ["60"]
    assert reminded() == [row.email]


def test_a_registration_made_after_the_moment_gets_what_is_still_ahead():
    event = soon(60 * 20)
    registered(event, ago=timedelta(hours=1))
    assert reminders.queue_due() == 0
    # The clock goes on: 50 minutes are left.
    start = timezone.now() + timedelta(minutes=50)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    assert reminders.queue_due() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"minutes": 61, "reminder_minutes": [60]},
        {"minutes": -10},
        {"public": False},
        {"reminder_minutes": []},
        {"cancelled_at": timezone.now()},
        {"publish_at": timezone.now() + timedelta(hours=1)},
    ],
)
def test_nobody_is_reminded_of_what_is_not_due(more):
    event = soon(**more)
    Registration.objects.create(
        event=event, status="confirmed", name="Ann", email="a@example.org",
        confirmed_at=timezone.now() - timedelta(days=5),
    )  # fmt: skip
    assert reminders.queue_due() == 0


def test_those_who_wait_or_cancelled_or_have_no_address_are_not_reminded():
    event = soon(capacity=2)
    gone = registered(event)
    for status in ("waiting", "cancelled"):
        Registration.objects.filter(pk=registered(event).pk).update(status=status)
    Registration.objects.filter(pk=gone.pk).update(email="")
    assert reminders.queue_due() == 0


def test_a_time_set_far_beyond_reason_breaks_nothing():
    row = registered(soon(reminder_minutes=[2_000_000_000]))
    assert reminders.queue_due() == 0
    assert not reminded(), row


def test_an_event_that_moved_is_reminded_of_at_its_new_time_and_the_old_mail_is_dropped():
    event = soon()
    row = registered(event)
    registration.verify(row)
    reminders.queue_due()
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at + timedelta(minutes=5))
    reminders.queue_due()
    send_waiting_mail()
    old, new = mails("reminder")
    assert (old.sent_at, old.error[:40]) == (None, "No longer due: the event was rescheduled")
    assert new.sent_at
    assert [mail.to[0] for mail in django_mail.outbox] == [f"{row.name} <{row.email}>"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda row: registration.cancel(row), "no longer confirmed"),
        (lambda row: row.delete(), "no longer exists"),
        (lambda row: _update(row, cancelled_at=timezone.now()), "is canceled"),
        (lambda row: _update(row, status="withdrawn"), "no longer public"),
        (lambda row: _update(row, ends_at=timezone.now()), "is over"),
    ],
)
def test_what_changed_until_the_mail_goes_out_is_asked_again(change, why, admin_user):
    event = soon(0.5, reminder_minutes=[60])
    row = registered(event)
    reminders.queue_due()
    Event.objects.filter(pk=event.pk).update(starts_at=timezone.now().replace(microsecond=0))
    OutgoingMail.objects.filter(kind="registration.reminder").update(
        key=f"registration-{row.pk}-reminder-60-{int(_start(event).timestamp())}"
    )
    change(row)
    OutgoingMail.objects.exclude(kind="registration.reminder").delete()
    send_waiting_mail()
    assert not django_mail.outbox
    (mail,) = mails("reminder")
    assert why in mail.error
    assert mail.state == "Given up"
    assert not troubles(admin_user)  # nothing is wrong with it


def _start(event: Event):
    return Event.objects.values_list("starts_at", flat=True).get(pk=event.pk)


def _update(row: Registration, **changes) -> None:
    Event.objects.filter(pk=row.event_id).update(**changes)


def test_a_reminder_says_what_is_true_when_it_goes_out():
    event = soon(join_url="https://video.example.org/old")
    row = registered(event, name="Ann <b>Lee")
    registration.verify(row)
    reminders.queue_due()
    assert mails("reminder")[0].text == ""
    Event.objects.filter(pk=event.pk).update(join_url="https://video.example.org/new")
    MailWording.objects.create(kind="reminder", subject="Soon, {name}: {title}", opening="See you.")
    send_waiting_mail()
    (sent,) = django_mail.outbox
    assert sent.subject == f"Soon, Ann <b>Lee: {event.title}"
    assert "https://video.example.org/new" in sent.body
    assert "See you." in sent.body
    assert own_path(row) in sent.body
    html = sent.alternatives[0][0]
    assert "Ann &lt;b&gt;Lee" in html
    assert mails("reminder")[0].text == sent.body


def test_ten_thousand_are_reminded_by_the_same_few_queries():
    counts = []
    for size in (10, 10_000):
        event = soon()
        now = timezone.now() - timedelta(days=5)
        Registration.objects.bulk_create(
            Registration(
                event=event, status="confirmed", name=f"P {n}", email=f"p{size}.{n}@example.org",
                created_at=now, confirmed_at=now,
            )
            for n in range(size)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert reminders.queue_due() == size
        counts.append(len(queries))
    # The second time there is an earlier reminder, of which dropped mails are brought back.
    assert counts == [9, 10]


# --- after the event --------------------------------------------------------------------------


def over(**more) -> Event:
    more.setdefault("recording_url", "https://video.example.org/recordings/1")
    return factories.event(**more)


def end(event: Event) -> None:
    start = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    OutgoingMail.objects.all().delete()


def follow_up(client, event, **data):
    return client.post(f"{LIST}of/{event.pk}/follow-up/", data)


def test_the_mail_afterwards_is_shown_then_sent_once_to_those_who_were_there(manager):
    event = over(slides_url="https://slides.example.org/1")
    there, absent = factories.registered(event), factories.registered(event)
    attendance.note(Registration.objects.filter(pk=there.pk), True)
    end(event)
    page = manager.get(f"{LIST}of/{event.pk}/follow-up/").content.decode()
    assert "Send to 2" in page
    assert "recordings/1" in page
    shown = follow_up(manager, event, audience="attended").content.decode()
    assert "Send to 1" in shown
    assert not mails()
    for _ in range(2):
        follow_up(manager, event, audience="attended", _send="1")
    assert [mail.to_email for mail in mails("follow-up")] == [there.email]
    follow_up(manager, event, audience="seated", _send="1")
    assert {mail.to_email for mail in mails("follow-up")} == {there.email, absent.email}
    send_waiting_mail()
    assert len(django_mail.outbox) == 2
    for words in ("recordings/1", "slides.example.org/1", "/events/registration/"):
        assert all(words in mail.body for mail in django_mail.outbox)


def test_the_mail_afterwards_asks_for_the_survey_where_there_is_one(manager):
    event = over(recording_url="")
    factories.registered(event)
    event.questions.create(text="How was it?", asked="survey")
    end(event)
    follow_up(manager, event, audience="seated", _send="1")
    send_waiting_mail()
    assert "tell us what you thought" in django_mail.outbox[0].body
    assert "Recording" not in django_mail.outbox[0].body


@pytest.mark.parametrize(
    ("more", "ended", "why"),
    [
        ({}, False, "not over yet"),
        ({"recording_url": ""}, True, "nothing to send"),
        ({"cancelled_at": timezone.now()}, True, "is canceled"),
    ],
)
def test_the_mail_afterwards_is_refused_with_its_reason(manager, more, ended, why):
    event = over(**more)
    if ended:
        end(event)
    response = follow_up(manager, event, audience="seated", _send="1")
    assert why in " ".join(str(each) for each in get_messages(response.wsgi_request))
    assert not mails("follow-up")


# --- messages ---------------------------------------------------------------------------------


def write(client, event, **data):
    said = {"audience": "seated", "subject": "About {title}", "text": "Bring a pen,\n\n{name}.",
            "nonce": "n1", **data}  # fmt: skip
    return client.post(f"{LIST}of/{event.pk}/mail/", said)


def test_a_message_is_shown_then_sent_once_to_whom_it_is_for(manager):
    event = factories.event(capacity=1)
    seated, waits = factories.registered(event, name="Ann Lee"), factories.registered(event)
    registration.verify(seated)
    OutgoingMail.objects.all().delete()
    shown = write(manager, event).content.decode()
    assert "Send to 1" in shown
    assert "Bring a pen" in shown
    assert not mails()
    for _ in range(2):  # the button pressed twice
        assert write(manager, event, _send="1").status_code == 302
    assert [mail.to_email for mail in mails("message")] == [seated.email]
    send_waiting_mail()
    (sent,) = django_mail.outbox
    assert sent.subject == f"About {event.title}"
    assert "Bring a pen,\n\nAnn Lee." in sent.body
    write(manager, event, _send="1", nonce="n2", audience="waiting")
    assert [mail.to_email for mail in mails("message")] == [seated.email, waits.email]
    page = manager.get(f"{LIST}of/{event.pk}/mail/").content.decode()
    assert "“About {title}” to 1 (everyone with a seat), by manager" in page


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"subject": ""}, "Enter a subject"),
        ({"text": ""}, "Enter a message"),
        ({"text": "Dear {nome}"}, "“{nome}” is not a placeholder"),
        ({"subject": "a {"}, "missing its other half"),
        ({"audience": "world"}, "Select a valid choice"),
        ({"text": "x" * 10_001}, "Shorten this"),
    ],
)
def test_a_message_with_a_mistake_is_not_sent(manager, data, message):
    event = factories.event()
    factories.registered(event)
    response = write(manager, event, _send="1", **data)
    assert response.status_code == 422
    assert message in response.content.decode().replace("&#x27;", "'")
    assert not mails("message")


def test_others_write_to_nobody(editor):
    event = factories.event(days=-2)
    for page in ("mail", "follow-up"):
        assert editor.post(f"{LIST}of/{event.pk}/{page}/", {"_send": "1"}).status_code == 403
