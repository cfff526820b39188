"""The optional spam service, against a local server that speaks its API."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from competencyworks.core.background import sweeps
from competencyworks.core.client_address import hashed
from competencyworks.core.discussion import akismet, confirming, defence, service_work, spam_service
from competencyworks.core.discussion.announcing import announce
from competencyworks.core.discussion.moderation import decide
from competencyworks.core.models import Comment, OutgoingMail, ServiceCall
from tests import factories
from tests.core.discussion.akismet_server import KEY, AkismetServer

pytestmark = pytest.mark.django_db

SENDER = defence.Sender("203.0.113.7", "A browser", "")


@pytest.fixture
def service(settings):
    server = AkismetServer()
    settings.AKISMET_KEY, settings.AKISMET_URL = KEY, server.url
    settings.FETCH_ALLOWED_HOSTS = [server.host]
    yield server
    server.close()


@pytest.fixture
def post(db):
    return factories.post(authors=[factories.person("Hana", email="hana@example.org")])


def come(post, *, known=True, **more) -> Comment:
    """A comment that comes in, from a device of its writer if it is `known`."""
    more = {"name": "Ann", "email": "ann@example.org", "body": "<p>Well said.</p>", **more}
    comment = Comment(item=post, is_confirmed=known, **more)
    verdict = defence.judge(comment, SENDER, honeypot="", form_age=60.0, known=known)
    comment.status, comment.reason = verdict.status, verdict.reason
    comment.save()
    announce(comment)
    return comment


def told() -> int:
    return OutgoingMail.objects.count()


def later() -> None:
    """The time has come for calls that were put off."""
    ServiceCall.objects.filter(done_at=None).update(due_at=timezone.now())


def test_without_a_key_nothing_is_asked_or_kept(post):
    comment = come(post)
    assert comment.is_public
    assert (comment.sender, comment.user_agent) == (None, "")
    decide(comment, "spam", source="moderator", reason="x")
    assert not ServiceCall.objects.exists()
    assert service_work.work() is False


def test_a_comment_that_would_be_public_waits_for_the_answer(post, service):
    comment = come(post, website="https://ann.example.org/")
    assert (comment.status, comment.reason) == ("waiting", spam_service.ASKED)
    assert service.asked == []
    assert told() == 0
    service_work.work()
    comment.refresh_from_db()
    assert comment.is_public
    assert comment.decisions.get().source == "service"
    assert told() == 1
    call, fields = service.asked[0]
    assert call == "comment-check"
    assert fields["api_key"] == KEY
    assert fields["blog"] == "http://127.0.0.1:8000/"
    assert fields["user_ip"] == "203.0.113.7"
    assert fields["user_agent"] == "A browser"
    assert fields["permalink"] == f"http://127.0.0.1:8000{post.path}"
    assert fields["comment_author_email"] == "ann@example.org"
    assert fields["comment_author_url"] == "https://ann.example.org/"
    assert fields["comment_content"] == "<p>Well said.</p>"
    service_work.work()
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("name", "known", "status"),
    [
        ("Ann", False, "waiting"),
        ("viagra-test-123", True, "spam"),
        ("viagra-test-123", False, "spam"),
        ("blatant", True, "trash"),
    ],
)
def test_what_the_answer_makes_of_a_comment(post, service, name, known, status):
    comment = come(post, known=known, name=name)
    assert told() == 0
    service_work.work()
    comment.refresh_from_db()
    assert comment.status == status
    assert told() == (status == "waiting")


def test_it_is_not_asked_about_what_the_site_knows_as_spam(post, service):
    come(post, body="<p>buy viagra</p>")
    service_work.work()
    assert service.asked == []


def test_what_waits_for_a_click_appears_when_both_have_spoken(post, service):
    for click_first in (True, False):
        comment = factories.comment(
            post,
            status="waiting",
            reason=confirming.WAITS_FOR_CLICK,
            sender="203.0.113.7",
            email="ann@example.org",
        )
        assert spam_service.ask(comment)
        if click_first:
            assert not confirming.confirm(comment)
            service_work.work()
        else:
            service_work.work()
            comment.refresh_from_db()
            assert comment.status == "waiting"
            assert confirming.confirm(comment)
        comment.refresh_from_db()
        assert comment.is_public


def test_a_failure_is_tried_again_and_shows_with_the_sweep(post, service):
    service.broken = 1
    comment = come(post)
    name = "competencyworks.core.discussion.upkeep.ask_spam_service"
    sweeps.discover()
    sweeps.run_if_due(name)
    assert "status 503" in sweeps.SweepRun.objects.get(name=name).error
    call = ServiceCall.objects.get()
    assert (call.attempts, call.error) == (1, "The spam service responded with status 503.")
    assert call.due_at > timezone.now()
    service_work.work()
    assert len(service.asked) == 1
    later()
    service_work.work()
    comment.refresh_from_db()
    assert comment.is_public


@pytest.mark.parametrize("fault", ["broken", "invalid", "nobody"])
def test_after_an_hour_without_an_answer_moderators_decide(post, service, settings, fault):
    match fault:
        case "broken":
            service.broken = 99
        case "invalid":
            settings.AKISMET_KEY = "wrong"
        case "nobody":
            service.close()
    comment = come(post)
    for _ in range(3):
        with pytest.raises(akismet.ServiceError):
            service_work.work()
        later()
    comment.refresh_from_db()
    assert comment.status == "waiting"
    assert told() == 0
    ServiceCall.objects.update(created_at=factories.ago(minutes=61))
    with pytest.raises(akismet.ServiceError):
        service_work.work()
    comment.refresh_from_db()
    assert (comment.status, comment.reason) == ("waiting", service_work.LATE)
    assert told() == 1
    later()
    service_work.work()


def test_a_worker_that_dies_while_it_asks_leaves_the_call_to_the_next(post, service, monkeypatch):
    comment = come(post)
    with monkeypatch.context() as patch:
        patch.setattr(akismet, "check", lambda comment: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            service_work.work()
    service_work.work()
    assert service.asked == []  # the lease
    later()
    service_work.work()
    comment.refresh_from_db()
    assert comment.is_public


def test_a_moderator_who_is_faster_is_not_overruled(post, service):
    comment = come(post, name="viagra-test-123")
    decide(comment, "approved", source="moderator", reason="I know Ann.")
    service_work.work()
    comment.refresh_from_db()
    assert comment.status == "approved"
    assert service.calls() == []
    assert told() == 0


@pytest.mark.parametrize(
    ("was", "became", "source", "call"),
    [
        ("waiting", "spam", "moderator", "submit-spam"),
        ("approved", "spam", "mail", "submit-spam"),
        ("spam", "approved", "moderator", "submit-ham"),
        ("spam", "waiting", "moderator", "submit-ham"),
        ("spam", "trash", "moderator", None),
        ("waiting", "approved", "moderator", None),
        ("waiting", "spam", "rule", None),
        ("waiting", "spam", "service", None),
    ],
)
def test_what_people_decide_is_told(post, service, was, became, source, call):
    comment = factories.comment(post, status=was, sender="203.0.113.7", email="a@example.org")
    decide(comment, became, source=source, reason="x")
    assert service.asked == []
    service.broken = 1
    if call:
        with pytest.raises(akismet.ServiceError):
            service_work.work()
        later()
    service_work.work()
    assert service.calls() == ([call, call] if call else [])
    assert not ServiceCall.objects.filter(done_at=None).exists()


def test_what_is_told_in_vain_is_dropped_in_the_end(post, service):
    comment = factories.comment(post, sender="203.0.113.7")
    decide(comment, "spam", source="moderator", reason="x")
    service.broken = 99
    ServiceCall.objects.update(attempts=service_work.MOST_TRIES - 1)
    with pytest.raises(akismet.ServiceError):
        service_work.work()
    assert ServiceCall.objects.get().done_at


def test_nothing_is_sent_elsewhere_by_a_redirect(post, serve, settings):
    other = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse")
    first = serve(f"HTTP/1.1 307 Go\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n".encode())
    settings.AKISMET_KEY, settings.AKISMET_URL = KEY, f"{first.url}/"
    come(post)
    with pytest.raises(akismet.ServiceError, match="307"):
        service_work.work()
    assert other.heads == []


def test_the_key_can_be_tried(service, settings, capsys):
    call_command("check_spam_service")
    assert "accepts the key" in capsys.readouterr().out
    settings.AKISMET_KEY = "wrong"
    with pytest.raises(CommandError, match="does not accept"):
        call_command("check_spam_service")
    settings.AKISMET_KEY = ""
    with pytest.raises(CommandError, match="AKISMET_KEY is not set"):
        call_command("check_spam_service")


def test_hashes_are_kept_beside_the_address_only_while_there_is_a_key(post, service):
    comment = come(post)
    assert comment.sender == "203.0.113.7"
    assert comment.network == hashed("203.0.113.0/24")
