"""The page on which staff call an event off."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from competencyworks.core.models import Revision
from events import changes
from events.models import Event
from events.registration import cancel
from tests.conftest import signed_in
from tests.events import factories
from tests.events.pages import mails

pytestmark = pytest.mark.django_db
REASON = "The speaker is ill. <b>Sorry</b> {name}!"


def url(event: Event) -> str:
    return f"/admin/events/event/{event.pk}/cancel/"


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def full() -> Event:
    """An event with a seat taken, one that waits, one given back and one without an address."""
    event = factories.event(capacity=1, title="Grading")
    factories.registered(event, email="seated@example.org")
    factories.registered(event, email="waits@example.org")
    cancel(factories.registered(event))
    return event


def test_the_page_says_how_many_are_written_to_and_shows_the_mail(manager):
    event = full()
    page = manager.get(url(event)).content.decode()
    assert "2 people</strong>" in page
    assert "Cancel the event and email 2 people" in page
    assert "Canceled: Grading" in page
    assert not mails("event-cancelled")


def test_the_preview_holds_the_reason_and_changes_nothing(manager):
    event = full()
    response = manager.post(url(event), {"reason": REASON})
    mail = response.context["mail"]
    assert REASON in mail.text
    assert "The speaker is ill. &lt;b&gt;Sorry&lt;/b&gt; {name}!" in mail.html
    event.refresh_from_db()
    assert (event.is_cancelled, event.cancel_reason) == (False, "")
    assert not mails("event-cancelled")


def test_one_button_calls_it_off_and_tells_all(manager, client):
    event = full()
    response = manager.post(url(event), {"reason": REASON, "_cancel": "x"})
    assert response.url == f"/admin/events/event/{event.pk}/change/"
    assert "“Grading” is canceled. 2 emails will go out" in said(response)
    event.refresh_from_db()
    assert (event.is_cancelled, event.cancel_reason) == (True, REASON)
    sent = mails("event-cancelled")
    assert [mail.to_email for mail in sent] == ["seated@example.org", "waits@example.org"]
    assert all(REASON in mail.text for mail in sent)
    assert "The speaker is ill. &lt;b&gt;" in client.get(event.path).content.decode()
    assert Revision.objects.filter(object_id=event.pk, author=manager.user).exists()
    page = manager.get(response.url).content.decode()
    assert "Cancel the event" not in page


def test_a_reason_that_is_too_long_is_refused_and_nobody_written_to(manager):
    event = full()
    response = manager.post(url(event), {"reason": "x" * 501, "_cancel": "x"})
    assert response.status_code == 422
    assert "500" in response.content.decode()
    event.refresh_from_db()
    assert not event.is_cancelled


@pytest.mark.parametrize(
    ("days", "before", "words"),
    [(7, True, "is already canceled"), (-7, False, "so it can no longer be canceled")],
)
def test_what_cannot_be_cancelled_is_said(manager, root, days, before, words):
    event = factories.event(days=days)
    if before:
        changes.cancel_event(event, root.user)
    for send in (manager.get, manager.post):
        response = send(url(event))
        assert response.status_code == 302
        assert words in said(response)


def test_two_who_cancel_at_once_write_to_nobody_twice(manager, monkeypatch):
    """Between the look at the event and the act another has cancelled it."""
    event = full()
    stale = Event.objects.get(pk=event.pk)
    changes.cancel_event(event)
    monkeypatch.setattr("events.organizing.cancelling.event_or_404", lambda pk: stale)
    assert "already canceled" in said(manager.post(url(event), {"_cancel": "x"}))
    assert len(mails("event-cancelled")) == 2


def test_nobody_registered_is_said_too(manager):
    event = factories.event()
    assert "Nobody is registered" in manager.get(url(event)).content.decode()
    assert "no emails will go out" in said(manager.post(url(event), {"_cancel": "x"}))


def test_whoever_may_not_publish_events_cannot_cancel_them(client, author):
    event = full()
    for browser in (author, signed_in("nobody")):
        assert browser.get(url(event)).status_code == 403
        assert browser.post(url(event), {"_cancel": "x"}).status_code == 403
    assert client.get(url(event)).status_code == 302
    event.refresh_from_db()
    assert not event.is_cancelled


def test_the_button_stands_on_events_that_can_be_cancelled(manager):
    def has_button(event) -> bool:
        page = manager.get(f"/admin/events/event/{event.pk}/change/").content.decode()
        return url(event) in page

    assert has_button(factories.event())
    assert not has_button(factories.event(days=-7))
    assert not has_button(factories.event(public=False))


def test_an_event_in_the_trash_is_not_found(manager):
    event = factories.event(trashed_at=timezone.now())
    assert manager.get(url(event)).status_code == 404
