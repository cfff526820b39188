"""Mails about one registration: in their order, each looked at when it goes."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.mail.outbox import Mail, queue
from competencyworks.core.mail.sending import (
    NO_LONGER_DUE,
    ServerAway,
    claim,
    give_up,
    send_waiting_mail,
)
from competencyworks.core.models import OutgoingMail
from events import changes, mailings, registration, retention, times
from events.models import Event, Mailing, Registration
from tests.core.mail.conftest import post_office  # noqa: F401 - a fixture
from tests.events import factories, pages
from tests.factories import ago

pytestmark = pytest.mark.django_db
GREYLISTED = "450 4.7.1 Greylisted, come back"


def send() -> None:
    try:
        while send_waiting_mail():
            pass
    except ServerAway:
        pass


def later() -> None:
    """All waits are over."""
    OutgoingMail.objects.filter(sent_at=None).update(due_at=ago(seconds=1))


def subjects(office) -> list[str]:
    return [mail["Subject"].partition(":")[0] for mail in office.received]


def dropped() -> dict[str, str]:
    rows = OutgoingMail.objects.filter(error__startswith=NO_LONGER_DUE)
    return {mail.kind.partition(".")[2]: mail.error.removeprefix(NO_LONGER_DUE) for mail in rows}


@pytest.fixture
def greylisted(post_office):  # noqa: F811
    """The server lets nobody's first mail through, until it is told to."""
    post_office.refuse[""] = GREYLISTED
    return post_office


def through(office) -> None:
    """From now on the server takes mail."""
    office.refuse.clear()
    send()
    assert office.received == []  # nothing has passed what waits
    later()
    send()


def test_the_mail_about_a_seat_does_not_follow_the_cancellation(greylisted):
    row = factories.registered(factories.event())
    send()
    registration.cancel(row)
    send()
    greylisted.refuse.clear()
    send()
    later()
    send()
    assert subjects(greylisted) == ["Your registration is canceled"]
    assert dropped() == {"confirmed": "the registration is no longer confirmed."}


def test_a_later_mail_waits_for_an_earlier_one_that_is_still_true(greylisted, manager):
    event = factories.event()
    factories.registered(event)
    send()
    venue = Event.objects.get(pk=event.pk)
    venue.join_url = "https://video.example.org/j/9"
    venue.save()
    changes.save_from_admin(event, venue)
    through(greylisted)
    assert subjects(greylisted) == ["You are registered", "Changed"]


def test_mail_to_others_is_not_held_back(post_office):  # noqa: F811
    event = factories.event()
    row, other = factories.registered(event), factories.registered(event)
    post_office.refuse[row.email] = GREYLISTED
    send()
    mail = Mailing(event=event, audience="seated", subject="News", text="Words", nonce="n")
    mailings.send(mail)
    send()
    assert [mail["To"] for mail in post_office.received] == [other.email] * 2


def test_the_event_is_cancelled_while_the_first_mail_waits(greylisted):
    event = factories.event()
    factories.registered(event)
    send()
    changes.cancel_event(event, reason="Ill")
    greylisted.refuse.clear()
    send()
    assert subjects(greylisted) == ["Canceled"]
    assert dropped() == {"confirmed": "the event is canceled."}


def test_who_waited_and_got_a_seat_meanwhile_is_told_of_the_seat_alone(greylisted):
    event = factories.event(capacity=1)
    first = factories.registered(event)
    OutgoingMail.objects.all().delete()
    factories.registered(event)
    send()
    registration.cancel(first)
    OutgoingMail.objects.filter(to_email=first.email).delete()
    greylisted.refuse.clear()
    send()
    assert subjects(greylisted) == ["You have a seat"]
    assert "waiting" in dropped()


def moved(event: Event, hours: int, **more) -> Event:
    """The event, so many hours later, as the admin saves it."""
    before = Event.objects.get(pk=event.pk)
    after = Event.objects.get(pk=event.pk)
    after.starts_at += timedelta(hours=hours)
    after.ends_at += timedelta(hours=hours)
    for name, value in more.items():
        setattr(after, name, value)
    after.save()
    changes.save_from_admin(before, after)
    return after


def test_an_event_that_moves_twice_is_told_of_once_with_what_it_was_first(greylisted):
    event = factories.event(join_url="https://video.example.org/j/1")
    factories.registered(event)
    OutgoingMail.objects.all().delete()
    moved(event, 1, join_url="https://video.example.org/j/2")
    send()
    now = moved(event, 1)
    greylisted.refuse.clear()
    send()
    (mail,) = greylisted.received
    text = mail.get_body(("plain",)).get_content()
    said = re.findall(r"^  (Before|Now): (.+)$", text.replace("\r", ""), re.M)
    assert said == [
        ("Before", times.when(event)),
        ("Now", times.when(now)),
        ("Before", "new link"),
        ("Now", "https://video.example.org/j/2"),
    ]
    assert dropped() == {"changed": "the event has changed again; a later email says all of it."}


def test_an_event_that_moves_there_and_back_is_not_told_of(greylisted):
    event = factories.event()
    factories.registered(event)
    OutgoingMail.objects.all().delete()
    moved(event, 1)
    send()
    moved(event, -1)
    greylisted.refuse.clear()
    send()
    assert greylisted.received == []
    assert OutgoingMail.objects.filter(error__endswith="as it was before.").count() == 1


def test_a_mail_that_waited_says_the_hour_that_is_true_when_it_goes(greylisted):
    event = factories.event()
    factories.registered(event)
    send()
    now = moved(event, 3)
    through(greylisted)
    first = greylisted.received[0]
    assert first["Subject"].startswith("You are registered")
    assert times.when(now) in first.get_body(("plain",)).get_content()
    files = [part for part in first.walk() if part.get_content_type() == "text/calendar"]
    assert files
    assert all("SEQUENCE:1" in file.get_content() for file in files)
    assert subjects(greylisted) == ["You are registered", "Changed"]


@pytest.mark.parametrize("what", ["confirmed", "waiting", "changed", "again"])
def test_what_waited_until_the_event_was_over_is_dropped(greylisted, client, what):
    event = factories.event(capacity=1)
    row = factories.registered(event, email="ann@example.org")
    if what == "waiting":
        OutgoingMail.objects.all().delete()
        row = factories.registered(event)
    elif what == "changed":
        OutgoingMail.objects.all().delete()
        moved(event, 1)
    elif what == "again":
        OutgoingMail.objects.all().delete()
        pages.register(client, event, email=row.email)
    send()
    Event.objects.update(starts_at=ago(hours=2), ends_at=ago(hours=1))
    greylisted.refuse.clear()
    later()
    send()
    assert greylisted.received == []
    assert dropped() == {what: "the event is over."}


def test_a_registration_mailed_again_says_what_it_is_when_the_mail_goes(greylisted, client):
    event = factories.event(capacity=1)
    first = factories.registered(event)
    row = factories.registered(event)
    OutgoingMail.objects.all().delete()
    pages.register(client, event, email=row.email)
    send()
    registration.cancel(first)
    OutgoingMail.objects.filter(to_email=first.email).delete()
    through(greylisted)
    assert subjects(greylisted) == ["Your registration", "You have a seat"]


def test_a_mail_that_was_given_up_holds_nothing_back(greylisted):
    event = factories.event()
    factories.registered(event)
    send()
    moved(event, 1)
    send()
    give_up(OutgoingMail.objects.filter(kind="registration.confirmed"), "Given up by root.")
    greylisted.refuse.clear()
    soon = timezone.now() + timedelta(minutes=5, seconds=5)
    assert OutgoingMail.objects.get(kind="registration.changed").due_at < soon
    later()
    send()
    assert subjects(greylisted) == ["Changed"]


def test_a_mail_that_is_being_sent_holds_the_next_one_back(db):
    event = factories.event()
    factories.registered(event)
    moved(event, 1)
    assert claim().kind == "registration.confirmed"
    assert claim() is None


def test_a_mail_to_an_address_that_was_corrected_does_not_go(greylisted):
    row = factories.registered(factories.event())
    send()
    Registration.objects.filter(pk=row.pk).update(email="right@example.org")
    greylisted.refuse.clear()
    later()
    send()
    assert greylisted.received == []
    assert "no longer exists" in dropped()["confirmed"]


@pytest.mark.parametrize("audience", ["seated", "all", "waiting"])
def test_a_message_does_not_reach_who_left_before_it_went(mailoutbox, audience):
    event = factories.event(capacity=1)
    stays, leaves = factories.registered(event), factories.registered(event)
    if audience == "waiting":
        stays = None
    else:
        registration.set_capacity(event.pk, 5)
    OutgoingMail.objects.all().delete()
    mailings.send(Mailing(event=event, audience=audience, subject="News", text="x", nonce="n"))
    registration.cancel(leaves)
    send()
    news = [mail.to[0] for mail in mailoutbox if mail.subject == "News"]
    assert news == ([stays.email] if stays else [])


def test_mail_that_waits_goes_with_the_persons_of_an_old_event():
    event = factories.event(kept_days=30)
    row, other = factories.registered(event), factories.registered(factories.event())
    OutgoingMail.objects.filter(to_email=row.email).update(failed_at=ago(days=1))
    waiting = replace(A_MAIL, key=f"registration-{row.pk}-message-9", to_email=row.email)
    queue([waiting])
    Event.objects.filter(pk=event.pk).update(starts_at=ago(days=40), ends_at=ago(days=39))
    retention.make_old_ones_anonymous()
    assert [mail.to_email for mail in OutgoingMail.objects.all()] == [other.email]


A_MAIL = Mail(key="", kind="test", to_email="", subject="News", text="x", to_name="Ann Lee")
