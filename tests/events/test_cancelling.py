"""An event is called off in the admin, with a look at whom that reaches."""

import pytest
from django.contrib.messages import get_messages

from competencyworks.core.models import OutgoingMail
from tests.events import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    event = factories.event(title="A webinar", capacity=1)
    for name in ("ana", "ben"):
        factories.registered(event, email=f"{name}@example.org")
    return event


def address(event) -> str:
    return f"/admin/events/event/{event.pk}/cancel/"


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def mails() -> int:
    return OutgoingMail.objects.filter(kind="registration.event-cancelled").count()


def test_the_page_says_whom_it_reaches_and_changes_nothing(manager, event):
    page = manager.get(address(event)).content.decode()
    assert "2 people who are registered or waiting" in page
    assert "Cancel the event and tell 2" in page
    event.refresh_from_db()
    assert not event.is_cancelled
    assert mails() == 0


def test_the_mail_can_be_looked_at_first(manager, event):
    page = manager.post(address(event), {"reason": "The speaker is ill.", "_preview": "1"})
    assert "The speaker is ill." in page.context["mail"].text
    assert "Dear Ann Lee" in page.context["mail"].text
    event.refresh_from_db()
    assert not event.is_cancelled
    assert mails() == 0


def test_one_button_cancels_and_tells_everybody_why(manager, event, client):
    response = manager.post(address(event), {"reason": "The speaker is ill.", "_cancel": "1"})
    assert response.url == f"/admin/events/event/{event.pk}/change/"
    assert "2 mails go out" in said(response)
    event.refresh_from_db()
    assert event.is_cancelled
    assert mails() == 2
    assert "The speaker is ill." in client.get(event.path).content.decode()


def test_a_second_press_says_so_and_sends_nothing(manager, event):
    manager.post(address(event), {"reason": "", "_cancel": "1"})
    response = manager.post(address(event), {"reason": "", "_cancel": "1"})
    assert "has been cancelled already" in said(response)
    assert mails() == 2


def test_what_is_over_cannot_be_cancelled(manager):
    event = factories.event(days=-2)
    assert "is over" in said(manager.post(address(event), {"_cancel": "1"}))
    event.refresh_from_db()
    assert not event.is_cancelled


def test_a_reason_that_is_too_long_comes_back_with_its_words(manager, event):
    response = manager.post(address(event), {"reason": "x" * 501, "_cancel": "1"})
    assert response.status_code == 422
    assert "at most 500 characters" in response.content.decode()
    assert "x" * 501 in response.content.decode()
    event.refresh_from_db()
    assert not event.is_cancelled


def test_the_button_is_there_while_the_event_may_be_cancelled(manager, event):
    change = f"/admin/events/event/{event.pk}/change/"
    assert address(event) in manager.get(change).content.decode()
    manager.post(address(event), {"_cancel": "1"})
    assert address(event) not in manager.get(change).content.decode()


def test_who_may_not_publish_events_may_not_cancel_them(author, event):
    assert author.post(address(event), {"_cancel": "1"}).status_code == 403
    event.refresh_from_db()
    assert not event.is_cancelled
