"""What a changed text makes of a comment, and what its writer and the moderators are told."""

import re

import pytest
from django.test import Client

from competencyworks.core import revisions
from competencyworks.core.discussion import moderation, proofs, spam_service
from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import (
    Comment,
    DiscussionSettings,
    OutgoingMail,
    ServiceCall,
)
from tests.conftest import signed_in

from .writing import post

pytestmark = pytest.mark.django_db

EMAIL = "nora@example.org"
LINKS = "Read https://a.example/ and https://b.example/ and https://c.example/ first."
AWAITING = "awaiting review again"
HINT = "An edited comment must be reviewed again"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture(autouse=True)
def told_moderator(db):
    signed_in("moderator")


def mails() -> list[OutgoingMail]:
    """Those to the moderator, sent and so written, oldest first."""
    send_waiting_mail()
    return list(OutgoingMail.objects.filter(to_email="moderator@example.org").order_by("pk"))


def approve(comment: Comment) -> None:
    moderation.decide(comment, "approved", source="moderator", reason="Good.")


def change(private: str, words: str) -> Comment:
    """The comment after its writer has saved other words."""
    assert Client().post(private, {"step": "edit", "body": words}).status_code == 303
    return Comment.objects.latest("pk")


@pytest.fixture
def first(make) -> str:
    """The private page of somebody's first comment, which a moderator approved."""
    private = post(make.post(title="Pacing"))["Location"]
    approve(Comment.objects.get())
    return private


@pytest.fixture
def known(make) -> str:
    """The private page of a public comment whose writer is known and proved the address."""
    item = make.post(title="Pacing")
    make.comment(item, email=EMAIL)
    post(item, device=proofs.device_token(EMAIL))
    comment = Comment.objects.latest("pk")
    assert comment.is_public
    return proofs.private_path(comment)


# --- public comments ------------------------------------------------------------------------------


def test_a_first_comment_that_is_changed_after_approval_waits_again(client, first):
    assert HINT in text(client.get(first))
    comment = change(first, "Something else entirely.")
    assert comment.status == "waiting"
    assert comment.reason == (
        "After an edit by its author: This author has no approved comment yet."
    )
    assert "Something else" not in text(client.get(comment.item.path))
    page = text(client.get(first))
    assert AWAITING in page
    assert "Your comment is awaiting review" in page


def test_moderators_are_told_of_what_waits_again_each_time(first):
    assert len(mails()) == 1
    comment = change(first, "Something else entirely.")
    mail = mails()[-1]
    assert "The writer edited this comment after it was published" in mail.text
    assert "Something else entirely." in mail.text
    assert "Approve this comment:" in mail.text
    assert mail.subject.startswith("Review needed:")
    approve(comment)
    change(first, "And once more.")
    assert len(mails()) == 3
    change(first, "It waits already.")
    assert len(mails()) == 3


def test_a_known_writers_changed_text_stays_public(client, known):
    assert HINT not in text(client.get(known))
    comment = change(known, "A better word.")
    assert comment.is_public
    assert AWAITING not in text(client.get(known))


def test_a_known_writers_changed_text_is_judged(known):
    comment = change(known, LINKS)
    assert (comment.status, comment.reason) == (
        "waiting",
        "After an edit by its author: It has 3 links.",
    )
    assert "It has 3 links." in mails()[-1].text


def test_who_has_not_proven_a_known_address_proves_it_before_a_changed_text_appears(client, make):
    item = make.post()
    make.comment(item, email=EMAIL)
    private = post(item)["Location"]
    comment = Comment.objects.latest("pk")
    approve(comment)
    assert HINT in text(client.get(private))
    comment = change(private, "Said in somebody's name.")
    assert comment.status == "waiting"
    assert AWAITING in text(client.get(private))
    mail = OutgoingMail.objects.get(kind="comment_confirm")
    confirm = re.search(r"http://[^/]+(/comments/confirm/\S+)", mail.text)[1]
    seen = re.search(r'name="seen" value="(\w+)"', text(client.get(confirm)))[1]
    client.post(confirm, {"seen": seen})
    comment.refresh_from_db()
    assert comment.is_public


def test_what_a_moderator_took_out_does_not_come_back_unread(known, moderator):
    comment = Comment.objects.latest("pk")
    comment.body = "<p>Well said.</p>"
    moderation.edit(comment, by=moderator.user, reason="Without the insult")
    comment = change(known, "Well said, you idiot.")
    assert (comment.status, comment.reason) == (
        "waiting",
        "After an edit by its author: A staff member had edited its text before.",
    )


# --- comments that wait ---------------------------------------------------------------------------


def test_a_click_does_not_publish_a_changed_text_that_is_for_a_moderator(client, make):
    item = make.post()
    make.comment(item, email=EMAIL)
    private = post(item)["Location"]
    assert mails() == []
    comment = change(private, LINKS)
    assert comment.reason == "After an edit by its author: It has 3 links."
    assert len(mails()) == 1
    mail = OutgoingMail.objects.get(kind="comment_confirm")
    confirm = re.search(r"http://[^/]+(/comments/confirm/\S+)", mail.text)[1]
    client.post(confirm, {"seen": comment.words_hash})
    comment.refresh_from_db()
    assert comment.status == "waiting"


def test_the_spam_service_does_not_publish_a_changed_text_that_is_for_a_moderator(make, settings):
    settings.AKISMET_KEY = "key"
    item = make.post()
    make.comment(item, email=EMAIL)
    post(item, device=proofs.device_token(EMAIL))
    comment = Comment.objects.latest("pk")
    assert comment.reason == spam_service.ASKED
    comment = change(proofs.private_path(comment), LINKS)
    assert comment.reason == "After an edit by its author: It has 3 links."
    assert not ServiceCall.objects.get().publish


def test_the_spam_service_is_asked_about_the_words_that_a_click_would_publish(make, settings):
    settings.AKISMET_KEY = "key"
    item = make.post()
    make.comment(item, email=EMAIL)
    private = post(item)["Location"]
    ServiceCall.objects.update(done_at="2026-01-01T00:00Z")
    change(private, "Other words.")
    assert ServiceCall.objects.filter(done_at=None).count() == 1
    change(private, "Yet other words.")
    assert ServiceCall.objects.filter(done_at=None).count() == 1


# --- the reason -----------------------------------------------------------------------------------


def reason_on_the_page_of_a_link() -> str:
    path = re.search(r"Approve this comment: http://[^/]+(/comments/decide/\S+)", mails()[0].text)[
        1
    ]
    return re.search(r'<p class="notice">(.*?)</p>', text(Client().get(path)))[1]


def test_the_reason_is_of_the_text_that_waits(make):
    private = post(make.post(), body=LINKS)["Location"]
    assert reason_on_the_page_of_a_link() == "It is awaiting review. It has 3 links."
    change(private, "No links any more.")
    said = reason_on_the_page_of_a_link()
    assert "links" not in said
    assert "This author has no approved comment yet." in said
    change(private, LINKS)
    assert "It has 3 links." in reason_on_the_page_of_a_link()


def test_the_reason_of_spam_says_what_the_text_is_now(make):
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"words_of_spam": "snake oil"})
    private = post(make.post(), body="Buy snake oil")["Location"]
    assert Comment.objects.get().status == "spam"
    comment = change(private, "Harmless now.")
    assert comment.status == "spam"
    assert comment.reason == (
        "Marked as spam before its author edited it. Its text now: "
        "This author has no approved comment yet."
    )


def test_what_people_said_of_it_is_kept_beside_the_reason(make):
    private = post(make.post())["Location"]
    comment = Comment.objects.get()
    approve(comment)
    moderation.decide(comment, "waiting", source="reports", reason="3 readers reported it.")
    for words in (LINKS, f"Again: {LINKS}"):
        comment = change(private, words)
        assert comment.reason == (
            "3 readers reported it. Edited by its author since: It has 3 links."
        )


# --- how often ------------------------------------------------------------------------------------


def test_the_page_says_how_many_changes_are_left_and_ends_with_the_last(client, make):
    private = post(make.post())["Location"]
    assert "up to 10 times" in text(client.get(private))
    for number in range(9):
        change(private, f"Version {number}.")
    assert ": 1 more time." in text(client.get(private))
    change(private, "The last version.")
    page = text(client.get(private))
    assert "Save changes" not in page
    assert "You have edited this comment 10 times" in page
    assert "minutes" not in page
    assert "Withdraw this comment" in page
    late = text(client.post(private, {"body": "Sent from an older tab."}))
    assert ">\nSent from an older tab.</textarea>" in late
    assert late.count("You have edited this comment 10 times") == 1
    assert "Save changes" not in late
    comment = Comment.objects.get()
    assert comment.body == "<p>The last version.</p>"
    assert revisions.history(comment).count() == 11


def test_a_click_is_asked_for_by_mail_when_it_was_not_before(make):
    item = make.post()
    private = post(item)["Location"]
    comment = Comment.objects.get()
    approve(comment)
    make.comment(item, email=EMAIL)
    assert not OutgoingMail.objects.filter(kind="comment_confirm").exists()
    change(private, "A better word.")
    assert OutgoingMail.objects.get(kind="comment_confirm").to_email == EMAIL
