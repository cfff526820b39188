"""What the worker empties and forgets, and what it keeps."""

import pytest
from django.db import connection

from competencyworks.core.client_address import hashed
from competencyworks.core.discussion import moderation, reporting, upkeep
from competencyworks.core.models import Attempt, Comment, CommentReport, Revision, ServiceCall
from competencyworks.core.models.comments import HAS_TRACES
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "days", "gone"),
    [
        ("spam", 31, True),
        ("trash", 31, True),
        ("spam", 29, False),
        ("trash", 29, False),
        ("waiting", 400, False),
        ("approved", 400, False),
    ],
)
def test_spam_and_trash_go_thirty_days_after_the_decision(status, days, gone):
    comment = factories.comment(
        factories.post(),
        status=status,
        created_at=factories.ago(days=500),
        decided_at=factories.ago(days=days),
    )
    upkeep.empty_spam_and_trash()
    assert Comment.objects.filter(pk=comment.pk).exists() != gone


def test_nothing_of_an_emptied_comment_stays_and_its_answers_do():
    post = factories.post()
    comment = factories.comment(post, body="<p>An insult</p>")
    answer = factories.comment(post, parent=comment)
    reporting.report(comment, "203.0.113.1", "Rude")
    comment.body = "<p>Milder</p>"
    moderation.edit(comment, by=None)
    moderation.decide(comment, "trash", source="moderator", reason="x")
    Comment.objects.filter(pk=comment.pk).update(decided_at=factories.ago(days=31))
    upkeep.empty_spam_and_trash()
    assert not Revision.objects.exists()
    assert not CommentReport.objects.exists()
    answer.refresh_from_db()
    assert answer.parent is None
    assert answer.is_public


def test_much_is_emptied_slice_by_slice(monkeypatch):
    monkeypatch.setattr(upkeep, "A_SLICE", 2)
    post = factories.post()
    for _ in range(3):
        factories.comment(post, status="spam", created_at=factories.ago(days=31))
    assert upkeep.empty_spam_and_trash()
    assert Comment.objects.count() == 1
    assert not upkeep.empty_spam_and_trash()
    assert not Comment.objects.exists()


def test_where_comments_came_from_is_forgotten_after_thirty_days(settings):
    post = factories.post()
    traces = {"network": hashed("n"), "sender": "203.0.113.7", "user_agent": "A browser"}
    old = factories.comment(post, created_at=factories.ago(days=31), **traces)
    only_agent = factories.comment(post, created_at=factories.ago(days=31), user_agent="A")
    young = factories.comment(post, created_at=factories.ago(days=29), **traces)
    for number in range(2):
        old.reports.create(reporter=hashed(str(number)), at=factories.ago(days=31))
    young.reports.create(reporter=hashed("x"))
    for days in (29, 31):
        Attempt.objects.create(action="comment", who="w", at=factories.ago(days=days))
    ServiceCall.objects.create(comment=old, act="check", done_at=factories.ago(days=31))
    upkeep.forget_senders()
    for comment in (old, only_agent, young):
        comment.refresh_from_db()
    assert (old.network, old.sender, old.user_agent) == ("", None, "")
    assert only_agent.user_agent == ""
    assert (young.network, young.sender, young.user_agent) == tuple(traces.values())
    assert sorted(report.reporter[:9] for report in old.reports.all()) == ["forgotten"] * 2
    assert young.reports.get().reporter == hashed("x")
    assert Attempt.objects.count() == 1
    assert not ServiceCall.objects.exists()
    upkeep.forget_senders()
    assert old.reports.count() == 2


def test_the_search_for_traces_goes_by_its_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Comment.objects.filter(HAS_TRACES, created_at__lt=factories.ago(days=30))
    assert "comment_traces" in rows.values("pk").explain()
