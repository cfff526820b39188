"""How long a session lasts, where one is signed in, and what asks for the password again."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from competencyworks.accounts import gate, sessions
from tests.accounts.conftest import PASSWORD, code_of, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


def change_session(client: Client, **values) -> None:
    session = client.session
    for name, value in values.items():
        if value is None:
            session.pop(name, None)
        else:
            session[name] = value
    session.save()


def ago(**span) -> int:
    return int(time.time() - timezone.timedelta(**span).total_seconds())


def left(client: Client) -> float:
    """Seconds until the session ends."""
    row = Session.objects.get(session_key=client.session.session_key)
    return (row.expire_date - timezone.now()).total_seconds()


@pytest.mark.parametrize("way", ["form", "forced"])
def test_a_session_ends_when_idle_and_use_moves_its_end(staff, settings, way):
    settings.SESSION_COOKIE_AGE = 8 * 3600
    user, client = staff(), Client()
    if way == "form":
        sign_in(client, "ann")
    else:
        client.force_login(user)
    assert 8 * 3600 - 60 < left(client) <= 8 * 3600
    Session.objects.update(expire_date=timezone.now() + timezone.timedelta(seconds=50))
    change_session(client, seen_at=ago(minutes=2))
    Session.objects.update(expire_date=timezone.now() + timezone.timedelta(seconds=50))
    assert is_signed_in(client)
    assert left(client) > 8 * 3600 - 60
    Session.objects.update(expire_date=timezone.now() - timezone.timedelta(seconds=1))
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("signed_in_at", "lasts"),
    [(ago(days=13, hours=23), True), (ago(days=14, minutes=1), False), (None, False), (0, False)],
    ids=["13 days", "14 days", "unknown", "never"],  # not the moments, which differ by process
)
def test_a_session_ends_two_weeks_after_the_sign_in_however_it_is_used(staff, signed_in_at, lasts):
    client = Client()
    client.force_login(staff())
    change_session(client, signed_in_at=signed_in_at)
    assert is_signed_in(client) is lasts


def test_a_session_in_use_is_written_once_a_minute(staff):
    client = Client()
    client.force_login(staff())
    with CaptureQueriesContext(connection) as fresh:
        client.get("/admin/account/password/")
    change_session(client, seen_at=ago(minutes=2))
    with CaptureQueriesContext(connection) as older:
        client.get("/admin/account/password/")
    assert not [each["sql"] for each in fresh if "UPDATE" in each["sql"]]
    assert len([each["sql"] for each in older if each["sql"].startswith("UPDATE")]) == 1
    assert len(older) - len(fresh) == 3  # and the savepoint around it, which a test has


def test_ones_own_sessions_are_listed_and_ended(staff):
    staff()
    staff("ben")
    here, there, other = Client(), Client(), Client()
    sign_in(here, "ann", HTTP_USER_AGENT="Here/1")
    sign_in(there, "ann", HTTP_USER_AGENT="There/1")
    sign_in(other, "ben", HTTP_USER_AGENT="Other/1")
    page = here.get("/admin/account/sessions/").content.decode()
    assert "Here/1" in page
    assert "There/1" in page
    assert "Other/1" not in page
    assert "Sign out everywhere else" in page
    here.post("/admin/account/sessions/")
    assert [is_signed_in(each) for each in (here, there, other)] == [True, False, True]


def test_the_network_address_in_the_list_is_that_before_the_proxy(staff, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    staff()
    sign_in(Client(), "ann", HTTP_X_FORWARDED_FOR="198.51.100.3, 203.0.113.5")
    assert UserSession.objects.get().ip == "203.0.113.5"


@pytest.mark.parametrize(
    "path", ["/admin/personal-data/", "/admin/auth/user/", "/admin/auth/group/", "/admin/invite/"]
)
def test_some_pages_ask_for_the_password_again(root, path):
    root.user.set_password(PASSWORD)
    root.user.save()
    root.force_login(root.user)
    assert root.get(path).status_code == 200
    change_session(root, proved_at=ago(minutes=14))
    assert root.get(path).status_code == 200
    change_session(root, proved_at=ago(minutes=16))
    response = root.get(path)
    where = urlsplit(response["Location"])
    assert (where.path, parse_qs(where.query)) == ("/admin/account/confirm/", {"next": [path]})
    wrong = root.post("/admin/account/confirm/", {"password": "wrong", "next": path})
    assert wrong.status_code == 200
    assert root.get(path).status_code == 302
    right = root.post("/admin/account/confirm/", {"password": PASSWORD, "next": path})
    assert right["Location"] == path
    assert root.get(path).status_code == 200


def test_a_form_that_was_sent_meanwhile_is_not_lost(root):
    root.user.set_password(PASSWORD)
    root.user.save()
    root.force_login(root.user)
    change_session(root, proved_at=ago(minutes=16))
    form = {"email": "ann@example.org", "step": "confirm"}
    response = root.post("/admin/personal-data/", form)
    again = root.post(response["Location"], {"password": PASSWORD})
    assert again.status_code == 200
    assert "ann@example.org" in again.content.decode()


def test_a_form_with_a_password_is_not_kept_in_the_session(root):
    root.user.set_password(PASSWORD)
    root.user.save()
    root.force_login(root.user)
    change_session(root, proved_at=ago(minutes=16))
    path = f"/admin/auth/user/{root.user.pk}/password/"
    response = root.post(path, {"password1": "new-secret-123", "password2": "new-secret-123"})
    assert response["Location"].startswith("/admin/account/confirm/")
    assert "new-secret-123" not in str(root.session.items())


def test_who_has_no_password_to_give_signs_in_again(root):
    root.user.set_unusable_password()
    root.user.save()
    root.force_login(root.user)
    change_session(root, proved_at=ago(minutes=16))
    assert root.get("/admin/auth/user/")["Location"] == "/admin/login/?next=/admin/auth/user/"
    assert not is_signed_in(root)


def test_lists_of_registrants_are_among_them_and_all_names_exist():
    found = {f"admin:{name}" for name in admin_names()}
    for name in gate.FRESH_PAGES:
        stem = name.rstrip("*")
        assert any(each.startswith(stem) if "*" in name else each == stem for each in found), name
    exports = {each for each in found if each.endswith(("csv", "xlsx"))}
    assert exports - set(gate.FRESH_PAGES) <= {"admin:wiki_resource_export_csv"}


def admin_names() -> set[str]:
    resolver = get_resolver().namespace_dict["admin"][1]
    return {name for name in resolver.reverse_dict if isinstance(name, str)}


def test_only_what_the_table_names_is_fresh(rf, root):
    change_session(root, proved_at=ago(minutes=16))
    assert root.get("/admin/blog/post/").status_code == 200
    assert sessions.FRESH == 15 * 60


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_who_is_no_longer_staff_is_signed_out(staff, change):
    user, client = staff(), Client()
    sign_in(client, "ann")
    type(user).objects.filter(pk=user.pk).update(**change)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    assert response.status_code == 200


def test_a_second_factor_ends_sessions_that_began_without_it(
    staff, django_capture_on_commit_callbacks
):
    staff()
    here, there = Client(), Client()
    sign_in(here, "ann")
    sign_in(there, "ann")
    secret = here.get("/admin/account/totp/activate/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/admin/account/totp/activate/", {"code": code_of(secret)})
    messages = [entry.change_message for entry in LogEntry.objects.all()]
    assert "Added a second factor: authenticator app." in messages
    assert [is_signed_in(here), is_signed_in(there)] == [True, False]


def test_the_worker_forgets_sessions_that_have_ended(staff):
    staff()
    ended, kept = Client(), Client()
    sign_in(ended, "ann")
    Session.objects.update(expire_date=timezone.now() - timezone.timedelta(hours=1))
    sign_in(kept, "ann")
    assert sessions.forget_ended() >= 1
    assert [each.session_key for each in UserSession.objects.all()] == [kept.session.session_key]
    assert Session.objects.count() == 1
