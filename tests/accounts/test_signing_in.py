"""Signing in with a password: one way in, for staff alone, that leads below /admin/ only."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from tests.accounts.conftest import LOGIN, PASSWORD, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["ann", "ANN", "ann@example.org", " Ann@Example.org "])
def test_staff_sign_in_with_user_name_or_address(client, staff, typed):
    staff()
    assert sign_in(client, typed)["Location"] == "/admin/"
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "next_page",
    [
        "//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example/", "/blog/",
        "javascript:alert(1)", "/admin/\r\nSet-Cookie: a=b", "/admin//elsewhere/",
        "/admin/../blog/", "/admin/%2e%2e/blog/", "\t//elsewhere.example/", "/accounts/profile/",
        "/admin/login/?next=/admin/login/", "///admin/", "/administration/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["form", "address", "signed in"])
def test_next_leads_nowhere_else(client, staff, next_page, way):
    staff()
    if way == "form":
        response = sign_in(client, "ann", next_page=next_page)
    else:
        if way == "signed in":
            sign_in(client, "ann")
        response = client.get(LOGIN, {"next": next_page})
        if way == "address":
            assert response.status_code == 200
            response = client.post(
                f"{LOGIN}?{response.wsgi_request.META['QUERY_STRING']}",
                {"login": "ann", "password": PASSWORD},
            )
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_a_next_with_a_null_character_is_refused(client, staff):
    staff()
    assert client.get(LOGIN, {"next": "/admin/\x00"}).status_code == 400
    assert sign_in(client, "ann", next_page="/admin/\x00")["Location"] == "/admin/"


def test_next_leads_to_the_page_that_was_asked_for(client, staff):
    staff()
    asked = client.get("/admin/blog/post/?q=one%20two")
    assert asked["Location"].startswith("/admin/login/?next=")
    page = client.get(asked["Location"])
    hidden = page.context["redirect_field_value"]
    assert sign_in(client, "ann", next_page=hidden)["Location"] == "/admin/blog/post/?q=one%20two"


@pytest.mark.parametrize("values", [{"is_staff": False}, {"is_active": False}])
def test_others_than_active_staff_are_told_the_same_as_with_a_wrong_password(staff, values):
    staff(**values)
    staff("ben")
    refused, wrong = Client(), Client()
    answers = [sign_in(refused, "ann"), sign_in(wrong, "ben", "wrong"), sign_in(wrong, "nobody")]
    said = [list(answer.context["form"].non_field_errors()) for answer in answers]
    assert said[0] == said[1] == said[2] == ["The username or password is not correct."]
    assert not is_signed_in(refused)


def test_the_admins_own_sign_in_makes_no_session(rf: RequestFactory, staff):
    staff()
    request = rf.post("/admin/login/", {"username": "ann", "password": PASSWORD})
    response = site.login(request)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, LOGIN)
    assert not hasattr(request, "session")


def test_nobody_signs_up(client):
    for path in ("signup/", "account/signup/", "account/email/", "account/oidc/signup/"):
        response = client.post(f"/admin/{path}", {"email": "x@example.org", "password1": PASSWORD})
        assert response.status_code in (302, 403, 404)
    assert not User.objects.exists()
    assert client.get("/accounts/profile/").status_code == 404


def test_pages_for_signing_in_keep_to_the_strict_policy(client):
    for path in (LOGIN, "/admin/account/reset/", "/admin/account/reset/sent/"):
        page = client.get(path)
        assert "unsafe" not in page["Content-Security-Policy"]
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
    assert 'href="/admin/account/reset/"' in client.get(LOGIN).content.decode()


def test_no_reader_is_given_a_cookie(client, make):
    for path in ("/", "/blog/", "/nothing-here/", "/search/?q=x"):
        assert not client.get(path).cookies


def test_cookies_of_staff_stay_below_the_admin(client, staff):
    staff()
    client.get(LOGIN)
    sign_in(client, "ann")
    assert {cookie["path"] for cookie in client.cookies.values()} == {"/admin/"}
    assert all(client.cookies[name]["httponly"] for name in ("sessionid", "cw_device"))


@pytest.mark.parametrize("name", ["a\x00b", "x" * 5000, "💣", "' OR 1=1 --", "%s"])
def test_odd_user_names_are_refused_quietly(client, name):
    assert sign_in(client, name, "wrong").status_code == 200
