"""A new password by mail: the same answer for all, a link that works once and ends."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from competencyworks.accounts import password_reset
from competencyworks.core.models import Attempt, OutgoingMail
from tests.accounts.conftest import PASSWORD, is_signed_in, sign_in, with_app

pytestmark = pytest.mark.django_db
ASK = "/admin/account/reset/"
NEW = "quite another sentence 8"


def ask(email: str, **more):
    return Client().post(ASK, {"email": email}, **more)


def work() -> None:
    """What the worker does."""
    for row in DBTaskResult.objects.filter(status="READY"):
        assert row.task_path.endswith("send_links")
        password_reset.send_links.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        row.delete()


def link() -> str:
    mail = OutgoingMail.objects.filter(kind="password_reset").latest("pk")
    return re.search(r"http://[^/]+(/admin/account/reset/\S+/)", mail.text)[1]


def set_password(client: Client, path: str, password: str = NEW):
    form = client.get(path, follow=True)
    assert form.status_code == 200
    return client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})


def test_the_answer_is_the_same_for_known_and_unknown_addresses(staff, django_assert_num_queries):
    staff()
    with django_assert_num_queries(3) as known:
        first = ask("ann@example.org")
    with django_assert_num_queries(len(known)):
        second = ask("nobody@example.org")
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert not OutgoingMail.objects.exists()
    work()
    assert [mail.to_email for mail in OutgoingMail.objects.all()] == ["ann@example.org"]


def test_the_link_sets_a_password_once(staff):
    staff()
    ask("ANN@example.org")
    work()
    path, client = link(), Client()
    set_password(client, path)
    assert not is_signed_in(client)  # the new password, and a second factor, are asked for
    sign_in(client, "ann", NEW)
    assert is_signed_in(client)
    again = Client().get(path, follow=True)
    assert "This link does not work" in again.content.decode()


def test_an_unused_link_ends_after_three_hours(staff, monkeypatch):
    staff()
    ask("ann@example.org")
    work()
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    later = timezone.datetime.now() + timedelta(hours=3, minutes=1)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert "This link does not work" in Client().get(link(), follow=True).content.decode()


def test_a_new_password_ends_other_sessions_and_keeps_the_second_factor(staff):
    user = staff()
    elsewhere = Client()
    sign_in(elsewhere, "ann")
    with_app(user)
    ask("ann@example.org")
    work()
    client = Client()
    set_password(client, link())
    assert not is_signed_in(elsewhere)
    response = sign_in(client, "ann", NEW)
    assert response["Location"] == "/admin/account/authenticate/"
    assert not is_signed_in(client)
    UserSession.objects.purge_and_list(user)
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("values", [{"is_staff": False}, {"is_active": False}])
def test_only_active_staff_get_a_link(staff, values):
    staff(**values)
    ask("ann@example.org")
    work()
    assert not OutgoingMail.objects.exists()


def test_weak_passwords_are_refused(staff):
    user = staff()
    ask("ann@example.org")
    work()
    set_password(Client(), link(), "12345678")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_an_address_gets_three_links_an_hour_and_the_refusal_tells_nothing(staff):
    staff()
    answers = {}
    for email, address in (("ann@example.org", "203.0.113.1"), ("no@example.org", "192.0.2.1")):
        responses = [ask(email, REMOTE_ADDR=address) for _ in range(4)]
        answers[email] = [response.status_code for response in responses]
        assert "try again in an hour" in responses[-1].content.decode()
    assert set(map(tuple, answers.values())) == {(302, 302, 302, 200)}
    work()
    assert OutgoingMail.objects.count() == 3


def test_a_network_asks_thirty_times_an_hour(db):
    for number in range(30):
        assert ask(f"no{number}@example.org", REMOTE_ADDR="203.0.113.1").status_code == 302
    assert ask("one@example.org", REMOTE_ADDR="203.0.113.99").status_code == 200
    assert ask("one@example.org", REMOTE_ADDR="192.0.2.7").status_code == 302
    Attempt.objects.update(at=timezone.now() - timedelta(hours=2))
    assert ask("one@example.org", REMOTE_ADDR="203.0.113.99").status_code == 302


def test_no_token_and_no_address_in_the_log(staff, caplog):
    staff()
    ask("ann@example.org")
    work()
    path = link()
    set_password(Client(), path)
    Client().get("/admin/account/reset/1-wrong-token/")
    assert "ann@" not in caplog.text
    assert path.rstrip("/").rpartition("-")[2] not in caplog.text
