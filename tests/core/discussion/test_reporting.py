"""Readers report a comment; three of them send it back to wait."""

import pytest
from django.test import Client

from competencyworks.core.discussion import moderation
from competencyworks.core.models import Comment, CommentReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(make):
    return make.comment(make.post())


def report(comment, network: int, reason: str = "", **more):
    client = Client(REMOTE_ADDR=f"203.0.{network}.7", **more)
    return client.post(f"/comments/{comment.pk}/report/", {"reason": reason})


def test_looking_at_the_page_reports_nothing(client, comment):
    page = client.get(f"/comments/{comment.pk}/report/")
    assert page.status_code == 200
    assert "Report this comment" in page.content.decode()
    assert not CommentReport.objects.exists()


def test_the_third_reporter_sends_it_back_to_wait(client, comment):
    for network in (1, 2):
        assert "Thank you" in report(comment, network, "Insults").content.decode()
    assert Comment.objects.get().status == "approved"
    report(comment, 3)
    stored = Comment.objects.get()
    assert stored.status == "waiting"
    assert "reported it" in stored.reason
    assert stored.decisions.get().source == "reports"
    assert report(comment, 4).status_code == 404


def test_one_reader_reports_once(comment):
    for _ in range(4):
        report(comment, 1)
    assert CommentReport.objects.count() == 1
    assert "203.0" not in CommentReport.objects.get().reporter


def test_what_a_moderator_has_kept_needs_three_new_reporters(comment):
    for network in (1, 2, 3):
        report(comment, network)
    moderation.decide(comment, "approved", source="moderator", reason="Harsh, but fair.")
    for network in (4, 5):
        report(comment, network)
    assert Comment.objects.get().status == "approved"
    report(comment, 6)
    assert Comment.objects.get().status == "waiting"


def test_one_network_reports_so_often_an_hour(make, time_machine):
    item = make.post()
    for _ in range(10):
        assert report(make.comment(item), 1).status_code == 200
    last = make.comment(item)
    refused = report(last, 1, "My reason")
    assert refused.status_code == 429
    assert "My reason" in refused.content.decode()
    assert not last.reports.exists()
    time_machine(hours=2)
    assert report(last, 1).status_code == 200


def test_what_is_not_public_is_not_reported(make):
    for hidden in (make.comment(make.post(), status="spam"), make.comment(make.post(public=False))):
        assert report(hidden, 1).status_code == 404


def test_reports_come_from_our_own_pages(comment):
    answer = report(comment, 1, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert not CommentReport.objects.exists()
