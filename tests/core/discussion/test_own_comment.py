"""What the writer of a comment may do with it by the private link."""

import pytest
from django.test import Client

from competencyworks.core import revisions
from competencyworks.core.discussion import moderation, proofs
from competencyworks.core.models import Comment, OutgoingMail

from .writing import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def private(make) -> str:
    """The address of the private page of a comment that waits."""
    return post(make.post(), wants_replies="")["Location"]


def text(response) -> str:
    return response.content.decode()


def test_the_page_shows_the_comment_and_what_happens_next(client, private):
    page = client.get(private)
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "strict-origin"
    assert '<meta name="robots" content="noindex">' in text(page)
    assert "Well <em>said</em>." in text(page)
    assert "a moderator reviews the comment first" in text(page)
    assert ">\nWell *said*.</textarea>" in text(page)
    assert not page.cookies


def test_no_other_link_leads_there(client, private):
    assert client.get(private[:-2] + "/").status_code == 404
    assert client.get("/comments/mine/1.x/").status_code == 404
    comment = Comment.objects.get()
    token = proofs.stop_path(comment).split("/")[-2]
    assert client.get(f"/comments/mine/{token}/").status_code == 404


def test_a_change_keeps_both_texts(client, private):
    answer = client.post(private, {"step": "edit", "body": "Better **said**."})
    assert (answer.status_code, answer["Location"]) == (303, private)
    comment = Comment.objects.get()
    assert comment.body == "<p>Better <strong>said</strong>.</p>"
    assert comment.status == "waiting"
    assert comment.edited_at
    bodies = [row.content["body"] for row in revisions.history(comment)]
    assert bodies == ["<p>Better <strong>said</strong>.</p>", "<p>Well <em>said</em>.</p>"]


def test_the_text_can_be_changed_for_a_quarter_of_an_hour(client, private, time_machine):
    time_machine(minutes=14)
    assert client.post(private, {"body": "In time."}).status_code == 303
    time_machine(minutes=2)
    page = text(client.get(private))
    assert "The 15 minutes for editing it are over." in page
    answer = client.post(private, {"body": "Too late."})
    assert answer.status_code == 422
    assert ">\nToo late.</textarea>" in text(answer)
    assert Comment.objects.get().body == "<p>In time.</p>"


@pytest.mark.parametrize("body", ["", "x" * 10_001, "a\0b"])
def test_a_change_that_cannot_be_is_given_back(client, private, body):
    answer = client.post(private, {"body": body})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)
    assert Comment.objects.get().body == "<p>Well <em>said</em>.</p>"


def test_a_change_is_judged_anew(client, make, private, monkeypatch):
    from competencyworks.core.discussion import defence

    comment = Comment.objects.get()
    moderation.decide(comment, "approved", source="moderator", reason="Good.")
    asked = []
    make.comment(make.post(), email=comment.email)

    def judge(comment, sender, **facts):
        asked.append((comment.body, facts["known"]))
        return defence.Verdict("spam", "Holds a word of spam.")

    monkeypatch.setattr(defence, "judge", judge)
    client.post(private, {"body": "Cheap watches"})
    comment.refresh_from_db()
    assert asked == [("<p>Cheap watches</p>", True)]
    assert comment.status == "spam"
    assert "Holds a word of spam." in comment.reason


def test_a_change_approves_nothing_that_waits(client, make, private, monkeypatch):
    from competencyworks.core.discussion import defence

    verdict = defence.Verdict("approved", "Known.")
    monkeypatch.setattr(defence, "judge", lambda *args, **facts: verdict)
    client.post(private, {"body": "Something harmless"})
    assert Comment.objects.get().status == "waiting"


def test_a_comment_is_withdrawn_by_a_button(client, private):
    client.get(private)
    assert client.post(private, {"step": "withdraw"}).status_code == 303
    comment = Comment.objects.get()
    assert (comment.status, comment.reason) == ("trash", "Withdrawn by its author.")
    assert comment.decisions.first().source == "writer"
    page = text(client.get(private))
    assert "This comment was removed" in page
    assert "Withdraw this comment" not in page
    assert client.post(private, {"body": "Back again"}).status_code == 422


def test_other_sites_change_nothing(private):
    client = Client(headers={"sec-fetch-site": "cross-site"})
    assert client.post(private, {"step": "withdraw"}).status_code == 403
    assert Comment.objects.get().status == "waiting"


def test_the_page_of_a_public_comment_leads_to_it(client, private):
    comment = Comment.objects.get()
    moderation.decide(comment, "approved", source="moderator", reason="Good.")
    assert f'href="/comments/{comment.pk}/"' in text(client.get(private))
    assert not OutgoingMail.objects.filter(kind="comment_answer").exists()


def test_a_comment_is_changed_ten_times_at_most(client, private):
    for number in range(10):
        assert client.post(private, {"body": f"Version {number}."}).status_code == 303
    answer = client.post(private, {"body": "One too many."})
    assert answer.status_code == 422
    assert "You have edited this comment 10 times" in text(answer)
    assert ">\nOne too many.</textarea>" in text(answer)
    comment = Comment.objects.get()
    assert comment.body == "<p>Version 9.</p>"
    assert revisions.history(comment).count() == 11
    assert client.post(private, {"step": "withdraw"}).status_code == 303


@pytest.mark.parametrize("body", ["Well *said*.", "  Well *said*.\r\n"])
def test_the_same_text_again_is_no_change(client, private, body):
    assert client.post(private, {"body": body}).status_code == 303
    comment = Comment.objects.get()
    assert comment.edited_at is None
    assert not revisions.history(comment).exists()


def test_the_page_says_the_same_whether_the_address_is_known(client, make):
    item = make.post()
    make.comment(item, email="known@example.org")
    pages = []
    for email in ("known@example.org", "new@example.org"):
        for wants in ("", "on"):
            answer = post(item, email=email, body=f"Words {len(pages)}", wants_replies=wants)
            page = text(client.get(answer["Location"])).replace(answer["Location"], "")
            pages.append((answer.status_code, page.replace(f"Words {len(pages)}", "")))
    assert pages[0] == pages[2]
    assert pages[1] == pages[3]
