"""The front page of the admin shows what waits, and for whom."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core.models import OutgoingMail, SweepRun
from tests import factories

pytestmark = pytest.mark.django_db


def front(client) -> str:
    return client.get("/admin/").content.decode()


def test_drafts_reviews_and_scheduled_posts_wait_for_an_editor(editor):
    for title, more in {
        "A draft": {"public": False},
        "To look at": {"public": False, "status": "review"},
        "Next week": {"publish_at": factories.ahead(days=7)},
        "Long out": {},
    }.items():
        factories.post(title=title, **more)
    text = front(editor)
    for title in ("A draft", "To look at", "Next week"):
        assert title in text
    assert "Long out" not in text


def test_an_author_sees_only_their_own(author):
    factories.post(title="Mine", public=False, created_by=author.user)
    factories.post(title="Somebody else", public=False)
    text = front(author)
    assert "Mine" in text
    assert "Somebody else" not in text


def test_it_says_when_no_worker_lives(editor):
    assert "background worker is not running" in front(editor)
    SweepRun.objects.create(name="any", finished_at=factories.ago(minutes=1))
    assert "background worker is not running" not in front(editor)
    SweepRun.objects.update(finished_at=factories.ago(minutes=6))
    assert "background worker is not running" in front(editor)


def test_mail_given_up_lately_and_failing_work_are_told_to_those_who_can_look(root, editor):
    assert "cw-troubles" not in front(root)
    given_up = {"kind": "test", "to_email": "ana@example.org", "subject": "s", "text": "t"}
    OutgoingMail.objects.create(key="1", failed_at=factories.ago(days=1), **given_up)
    OutgoingMail.objects.create(key="2", failed_at=factories.ago(days=8), **given_up)
    OutgoingMail.objects.create(
        key="3", failed_at=factories.ago(days=1), sent_at=factories.ago(hours=1), **given_up
    )
    SweepRun.objects.create(name="a.b.send_waiting_mail", failures=3, error="x")
    SweepRun.objects.create(name="a.b.passing_trouble", failures=2, error="x")
    text = front(root)
    assert "1 email could not be sent in the last week." in text
    assert "/admin/core/outgoingmail/?state=given-up" in text
    assert "“Send waiting mail” failed 3 times in a row" in text
    assert "Passing trouble" not in text
    assert "cw-troubles" not in front(editor)


def test_comments_that_wait_come_first_for_who_may_decide(moderator, editor, author):
    post = factories.post(title="Pacing", authors=[])
    comment = factories.comment(post, status="waiting", name="Ann", body="<p>Sixteen ways</p>")
    comment.reports.create(reporter="x")
    factories.comment(post, status="spam", name="Shop")
    for client in (moderator, editor):
        text = front(client)
        assert "Sixteen ways" in text
        assert "Shop" not in text
        assert "Reported by readers: 1" in text
    assert text.index("Comments awaiting review") < text.index("Awaiting review")
    assert "Comments awaiting review" not in front(author)


def test_a_button_on_the_front_page_decides_and_comes_back(moderator):
    comment = factories.comment(factories.post(), status="waiting")
    button = re.search(r'name="decide" value="(approved[^"]+)"', front(moderator))[1]
    fields = {"decide": button, "next": "/admin/"}
    response = moderator.post(f"/admin/core/comment/{comment.pk}/decide/", fields, follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert "was approved" in response.content.decode()
    assert "No comments are awaiting review" in response.content.decode()


def test_the_front_page_costs_the_same_for_more_comments(moderator):
    counts = []
    for _ in range(2):
        for _ in range(3):
            factories.comment(factories.post(), status="waiting").reports.create(reporter="x")
            factories.comment(factories.page(), status="waiting")
        front(moderator)
        with CaptureQueriesContext(connection) as queries:
            front(moderator)
        counts.append(len(queries))
    assert counts == [12, 12]


def test_what_waits_is_told_in_its_words_alone(moderator):
    said = "<p>Fish &amp; chips:</p><ol><li>one</li><li>two</li></ol>"
    factories.comment(factories.post(), status="waiting", body=said)
    assert ">Fish &amp; chips: one two</a>" in front(moderator)
