"""One message reaches a person once, from whatever tab and as part of whatever audience."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from lxml import html

from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from events import registration
from events.models import Mailing
from tests.conftest import signed_in
from tests.events import factories, pages
from tests.events.test_mailings import write


def event_with(seated: int):
    event = factories.event(capacity=seated)
    for number in range(seated + 1):
        factories.registered(event, name=f"Person {number}")
    OutgoingMail.objects.all().delete()
    return event


@pytest.mark.django_db
def test_the_same_words_from_two_tabs_go_once_and_reach_who_came_since(manager):
    event = event_with(2)
    for nonce in ("tab-1", "tab-2"):
        write(manager, event, _send="1", nonce=nonce)
    assert len(pages.mails("message")) == 2
    assert Mailing.objects.count() == 1
    shown = write(manager, event, nonce="tab-3").text
    assert "without 2 people who already received it: 0 people" in shown
    assert "Nobody would receive this email." in shown
    write(manager, event, _send="1", nonce="tab-4", audience="all")
    assert len({mail.to_email for mail in pages.mails("message")}) == 3
    assert len(pages.mails("message")) == 3
    write(manager, event, _send="1", nonce="tab-5", text="Other words")
    assert len(pages.mails("message")) == 5


@pytest.mark.django_db
def test_who_canceled_before_it_went_out_does_not_get_what_is_for_those_with_a_seat(manager):
    event = event_with(2)
    write(manager, event, _send="1")
    gone, stays = event.registrations.confirmed()
    registration.cancel(gone)
    send_waiting_mail()
    sent = pages.mails("message")
    assert {mail.to_email: mail.state for mail in sent} == {
        gone.email: "Given up",
        stays.email: "Sent",
    }


@pytest.mark.django_db
def test_the_preview_names_how_many_and_who(manager):
    shown = write(manager, event_with(2)).text
    assert "Everyone with a seat: 2 people" in shown.replace("</strong>", "").replace(
        "<strong>", ""
    )
    assert "Person 0, registrant" in shown
    assert "Person 1, registrant" in shown
    assert "Person 2" not in shown


@pytest.mark.parametrize("changes", [{"text": "Other words"}, {"audience": "waiting"}])
def test_what_was_changed_after_the_preview_is_not_sent(manager, changes):
    event = event_with(2)
    shown = html.fromstring(write(manager, event).text)
    (key,) = shown.xpath("//input[@name='previewed']/@value")
    answer = write(manager, event, _send="1", previewed=key, **changes)
    assert "You changed the form after the preview, so nothing was sent." in answer.text
    assert not Mailing.objects.exists()
    (key,) = shown.xpath("//input[@name='previewed']/@value")
    write(manager, event, _send="1", previewed=key)
    assert Mailing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_the_same_moment_mail_nobody_twice():
    client = signed_in("root", is_superuser=True)
    event = event_with(20)
    start = Barrier(6)

    def send(number: int) -> int:
        try:
            start.wait(10)
            return write(client, event, _send="1", nonce=f"tab-{number}").status_code
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, range(6))) == {302}
    assert len(pages.mails("message")) == 20
    assert Mailing.objects.count() == 1
