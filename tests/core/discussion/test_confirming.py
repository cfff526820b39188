"""Whose address it is: clicks in mails, tokens of devices, mail about answers and its end."""

import re

import pytest
from django.conf import settings
from django.test import Client

from competencyworks.core.discussion import moderation, proofs
from competencyworks.core.models import Comment, OutgoingMail

from .writing import post

pytestmark = pytest.mark.django_db

EMAIL = "nora@example.org"


def text(response) -> str:
    return response.content.decode()


def approve(comment: Comment) -> None:
    moderation.decide(comment, "approved", source="moderator", reason="Good.")


def link_in(mail: OutgoingMail, what: str) -> str:
    """The path of a link of ours in the mail's text."""
    return re.search(rf"{re.escape(settings.SITE_URL)}(/comments/{what}/\S+)", mail.text)[1]


def press(client, path: str):
    """Open the page that asks for a click, and press its button."""
    seen = re.search(r'name="seen" value="(\w+)"', text(client.get(path)))[1]
    return client.post(path, {"seen": seen})


@pytest.fixture
def known(make):
    """An item under which the address has an approved comment."""
    item = make.post()
    make.comment(item, email=EMAIL)
    return item


class TestKnownAddress:
    def test_waits_for_a_click_that_only_its_owner_can_make(self, client, known):
        answer = post(known)
        comment = Comment.objects.latest("pk")
        assert comment.status == "waiting"
        assert "Open the link in it, and this comment appears" in text(
            client.get(answer["Location"])
        )
        mail = OutgoingMail.objects.get()
        assert (mail.kind, mail.to_email) == ("comment_confirm", EMAIL)
        confirm = link_in(mail, "confirm")
        assert link_in(mail, "mine") == answer["Location"]

        page = client.get(confirm)  # a mail scanner looks at it too
        assert page["Cache-Control"] == "no-store"
        assert "Publish my comment" in text(page)
        comment.refresh_from_db()
        assert comment.status == "waiting"

        done = press(client, confirm)
        assert "Your comment is public" in text(done)
        comment.refresh_from_db()
        assert (comment.status, comment.is_confirmed) == ("approved", True)
        assert "Well <em>said</em>." in text(client.get(known.path))
        assert not done.cookies
        assert "Your comment is public" in text(client.get(confirm))  # and asks for nothing more
        assert comment.decisions.filter(became="approved").count() == 1

    def test_passes_from_a_device_on_which_it_was_proven(self, client, known):
        post(known)
        done = press(client, link_in(OutgoingMail.objects.get(), "confirm"))
        device = re.search(r'data-device="([^"]+)"', text(done))[1]
        assert EMAIL not in device
        answer = post(known, device=f"other.token {device}", body="At once.")
        comment = Comment.objects.latest("pk")
        assert answer["Location"] == f"{known.path}#comment-{comment.pk}"
        assert (comment.status, comment.is_confirmed) == ("approved", True)
        assert OutgoingMail.objects.count() == 1

    def test_finds_its_private_page_from_that_device_alone(self, client, known):
        device = proofs.device_token(EMAIL)
        post(known, device=device)
        comment = Comment.objects.latest("pk")
        address = f"/comments/{comment.pk}/mine/"
        assert client.get(address).status_code == 405
        for other in ("", "x.y", proofs.device_token("other@example.org")):
            assert client.post(address, {"device": other}).status_code == 404
        answer = client.post(address, {"device": device})
        assert answer.json() == {"path": proofs.private_path(comment)}
        assert answer["Cache-Control"] == "no-store"
        imported = Comment.objects.create(item=known, status="approved", body="<p>x</p>")
        nobody = proofs.device_token("")
        assert client.post(f"/comments/{imported.pk}/mine/", {"device": nobody}).status_code == 404

    @pytest.mark.parametrize("device", ["", "x", "x.y", proofs.device_token("other@example.org")])
    def test_is_not_borrowed_with_another_proof(self, known, device):
        post(known, device=device)
        assert Comment.objects.latest("pk").status == "waiting"

    def test_is_known_in_any_case(self, known):
        post(known, email="Nora@Example.org")
        assert OutgoingMail.objects.get().subject == "Publish your comment"

    def test_is_not_published_by_the_click_when_something_else_keeps_it(self, client, known):
        post(known)
        comment = Comment.objects.latest("pk")
        moderation.decide(comment, "spam", source="moderator", reason="No.")
        client.post(proofs.confirm_path(comment))
        comment.refresh_from_db()
        assert (comment.status, comment.is_confirmed) == ("spam", True)


class TestFirstComment:
    def test_gets_no_mail_unless_answers_are_asked_for(self, make):
        post(make.post())
        assert not OutgoingMail.objects.exists()

    def test_that_asks_for_answers_is_confirmed_and_still_waits(self, client, make):
        post(make.post(), wants_replies="on")
        mail = OutgoingMail.objects.get()
        assert mail.subject == "Confirm your email address"
        done = press(client, link_in(mail, "confirm"))
        assert "A moderator will review your comment" in text(done)
        comment = Comment.objects.get()
        assert (comment.status, comment.is_confirmed) == ("waiting", True)

    def test_is_not_passed_by_a_proof_alone(self, make):
        post(make.post(), device=proofs.device_token(EMAIL))
        comment = Comment.objects.get()
        assert (comment.status, comment.is_confirmed) == ("waiting", True)


class TestAnswers:
    @pytest.fixture
    def asked(self, make):
        """A public comment whose writer wants to hear of answers."""
        return make.comment(
            make.post(),
            name="Nora",
            email=EMAIL,
            wants_replies=True,
            is_confirmed=True,
        )

    def test_are_told_once_they_are_public(self, asked):
        post(asked.item, email="ben@example.org", name="Ben", parent=asked.pk)
        assert not OutgoingMail.objects.filter(kind="comment_answer").exists()
        answer = Comment.objects.latest("pk")
        approve(answer)
        mail = OutgoingMail.objects.get(kind="comment_answer")
        assert mail.to_email == EMAIL
        assert "Ben replied to your comment" in mail.subject
        assert f"{settings.SITE_URL}/comments/{answer.pk}/" in mail.text
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        moderation.decide(answer, "waiting", source="moderator", reason="Hm.")
        approve(answer)
        assert OutgoingMail.objects.filter(kind="comment_answer").count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"wants_replies": False},
            {"is_confirmed": False},
            {"status": "trash"},
            {"email": "BEN@example.org"},
        ],
    )
    def test_are_not_told_otherwise(self, asked, make, change):
        Comment.objects.filter(pk=asked.pk).update(**change)
        answer = make.comment(asked.item, parent=asked, email="ben@example.org", status="waiting")
        approve(answer)
        assert not OutgoingMail.objects.exists()

    def test_to_answers_are_told_to_their_own_parent_alone(self, asked, make):
        between = make.comment(asked.item, parent=asked, email="ben@example.org")
        approve(make.comment(asked.item, parent=between, email="c@example.org", status="waiting"))
        assert not OutgoingMail.objects.exists()

    def test_stop_by_one_post_from_anywhere(self, client, asked, make):
        approve(make.comment(asked.item, parent=asked, email="b@example.org", status="waiting"))
        mail = OutgoingMail.objects.get()
        stop = mail.headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
        page = client.get(stop)
        assert "Stop these emails" in text(page)
        asked.refresh_from_db()
        assert asked.wants_replies
        program = Client(headers={"origin": "https://mail.example", "sec-fetch-site": "cross-site"})
        done = program.post(stop, {"List-Unsubscribe": "One-Click"})
        assert (done.status_code, done.cookies) == (200, {})
        asked.refresh_from_db()
        assert not asked.wants_replies
        approve(make.comment(asked.item, parent=asked, email="c@example.org", status="waiting"))
        assert OutgoingMail.objects.count() == 1

    def test_mails_hold_what_attackers_write_as_words(self, asked, make):
        answer = make.comment(
            asked.item,
            parent=asked,
            name="<img src=x onerror=hit()>\nBcc: all@example.org",
            email="b@example.org",
            status="waiting",
            body="<p>&lt;script&gt;hit()&lt;/script&gt;</p>",
        )
        approve(answer)
        mail = OutgoingMail.objects.get()
        assert "\n" not in mail.subject
        assert "<img src=x" not in mail.html
        assert "<script" not in mail.html
        assert "<script>hit()</script>" in mail.text
