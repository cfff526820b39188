"""What pages behind links in mails say once the link has been used, or has nothing left to do."""

import pytest

from competencyworks.core.discussion import proofs
from competencyworks.core.models import Comment
from events import registration
from tests.events import factories, pages
from tests.factories import ago
from wiki.models import Watch
from wiki.watching import proofs as watch_proofs

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


def words_at(client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return pages.Answered(response).words


def test_a_comment_that_was_confirmed_is_not_asked_about_again(client, make):
    comment = make.comment(make.post(), email=ANN, wants_replies=True)
    path = proofs.confirm_path(comment)
    assert "confirm that the email address is yours" in words_at(client, path)
    client.post(path)
    again = client.get(path)
    words = pages.Answered(again).words
    assert "Your email address is confirmed" in words
    assert "Your comment is public" in words
    assert "Confirm my email address" not in words
    assert b"data-device" not in again.content  # nobody pressed a button for this page


def test_a_confirmed_comment_that_is_hidden_waits_for_a_moderator(client, make):
    comment = make.comment(make.post(), email=ANN, status="waiting", is_confirmed=True)
    words = words_at(client, proofs.confirm_path(comment))
    assert "A moderator will review your comment before it appears" in words


def test_a_comment_that_is_gone_has_nothing_to_confirm(client, make):
    comment = make.comment(make.post(), email=ANN, status="trash")
    path = proofs.confirm_path(comment)
    for words in (words_at(client, path), pages.Answered(client.post(path)).words):
        assert "This comment was removed" in words
        assert "will review your comment" not in words
        assert "Confirm my email address" not in words
    assert not Comment.objects.get().is_confirmed


def test_mail_about_replies_that_was_stopped_is_not_offered_to_be_stopped(client, make):
    comment = make.comment(make.post(), email=ANN, wants_replies=True)
    path = proofs.stop_path(comment)
    assert "Stop these emails" in words_at(client, path)
    assert Comment.objects.get().wants_replies
    client.post(path)
    words = words_at(client, path)
    assert "You will get no more emails about replies" in words
    assert "Stop these emails" not in words


def test_a_watch_that_was_confirmed_says_so(client, make):
    watch = Watch.objects.create(item=make.resource(), email=ANN)
    path = watch_proofs.confirm_path(watch)
    assert "You are now watching this page" not in words_at(client, path)
    assert Watch.objects.get().confirmed_at is None
    client.post(path)
    words = words_at(client, path)
    assert "You are now watching this page" in words
    assert "You asked for" not in words


def test_a_watch_that_was_stopped_says_that_its_link_has_ended(client, make):
    watch = Watch.objects.create(item=make.resource(), email=ANN, confirmed_at=ago(days=1))
    path = watch_proofs.confirm_path(watch)
    client.post(watch_proofs.stop_path(watch))
    assert "This link no longer works" in words_at(client, path, 410)
    assert client.post(path).status_code == 410
    assert not Watch.objects.exists()
    words_at(client, "/wiki/watch/confirm/not-a-token/", 404)


def test_a_registration_that_cannot_be_changed_is_not_said_to_be(client):
    event = factories.event()
    mine, canceled = factories.registered(event), factories.registered(event)
    assert "can see and change your registration" in words_at(client, pages.own_path(mine))
    registration.cancel(canceled)
    event.cancelled_at = ago(hours=1)
    words = words_at(client, pages.own_path(canceled))
    assert "can see your registration" in words
    assert "You no longer have a seat at this event." in words
    event.save()
    words = words_at(client, pages.own_path(mine))
    assert "This event is canceled" in words
    assert "can see your registration" in words


def test_who_leaves_a_waiting_list_had_no_registration_to_cancel(client):
    event = factories.event(capacity=1)
    factories.registered(event)
    waits = factories.registered(event)
    client.post(f"{pages.own_path(waits)}cancel/")
    words = words_at(client, pages.own_path(waits))
    assert "You have left the waiting list" in words
    assert "You are no longer on the waiting list for this event." in words
    assert "registration is canceled" not in words
    assert "no longer have a seat" not in words
    (mail,) = pages.mails("given-back")
    assert mail.subject.startswith("You have left the waiting list: ")
    assert "You are no longer on the waiting list." in mail.text
    assert "registration is canceled" not in mail.text
