"""Second factors: asked for at each way in, required by role, used once."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client

from competencyworks.accounts.second_factors import remove_all
from tests.accounts.conftest import (
    code_of,
    is_signed_in,
    sign_in,
    with_app,
    with_recovery_codes,
)

pytestmark = pytest.mark.django_db
SECOND = "/admin/account/authenticate/"


def test_the_password_alone_opens_nothing_once_there_is_an_app(staff):
    secret = with_app(staff())
    client = Client()
    assert sign_in(client, "ann", next_page="/admin/blog/post/")["Location"] == SECOND
    for path in ("/admin/", "/admin/account/", "/admin/account/totp/deactivate/"):
        assert client.get(path)["Location"].startswith(("/admin/login/", SECOND))
    assert client.post(SECOND, {"code": "000000"}).status_code == 200
    assert client.post(SECOND, {"code": code_of(secret)})["Location"] == "/admin/blog/post/"
    assert is_signed_in(client)


def test_a_code_works_once(staff):
    secret = with_app(staff())
    code = code_of(secret)
    for expected in (True, False):
        client = Client()
        sign_in(client, "ann")
        client.post(SECOND, {"code": code})
        assert is_signed_in(client) is expected


def test_a_recovery_code_works_once(staff):
    user = staff()
    with_app(user)
    codes = with_recovery_codes(user)
    assert len(set(codes)) == 10
    for code, expected in ((codes[0], True), (codes[0], False), (codes[1], True)):
        client = Client()
        sign_in(client, "ann")
        client.post(SECOND, {"code": code})
        assert is_signed_in(client) is expected


def test_an_app_is_set_up_and_gives_recovery_codes(staff):
    staff()
    client = Client()
    sign_in(client, "ann")
    page = client.get("/admin/account/totp/activate/")
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    response = client.post("/admin/account/totp/activate/", {"code": code_of(secret)})
    assert response["Location"] == "/admin/account/recovery-codes/"
    codes = client.get(response["Location"])
    assert "no-store" in codes["Cache-Control"]
    assert len(codes.context["unused_codes"]) == 10
    assert {each.type for each in Authenticator.objects.all()} == {"totp", "recovery_codes"}


def test_changing_second_factors_needs_a_fresh_password(staff):
    user = staff()
    with_app(user)
    client = Client()
    client.force_login(user)
    session = client.session
    session["proved_at"] = int(time.time()) - 16 * 60
    session.save()
    for page in (
        "totp/deactivate/",
        "webauthn/add/",
        "recovery-codes/generate/",
        "recovery-codes/",
        "recovery-codes/download/",
    ):
        response = client.get(f"/admin/account/{page}")
        assert response["Location"].startswith("/admin/account/confirm/?next=")
    client.post("/admin/account/totp/deactivate/", {})
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize(
    ("roles", "values", "led"),
    [
        (["Editor"], {"roles": ["Editor"]}, True),
        (["Editor", "superuser"], {"is_superuser": True}, True),
        (["superuser"], {"roles": ["Editor"]}, False),
        (["Editor"], {"is_superuser": True, "roles": []}, False),
        (["Editor"], {"roles": ["Author", "Editor"]}, True),
        ([], {"is_superuser": True, "roles": ["Editor"]}, False),
    ],
)
def test_required_roles_set_one_up_before_anything_else(staff, settings, roles, values, led):
    settings.MFA_REQUIRED_ROLES = roles
    user = staff(**values)
    client = Client()
    client.force_login(user)
    for path in ("/admin/", "/admin/blog/post/", "/admin/account/sessions/", "/admin/nothing/"):
        for response in (client.get(path), client.post(path, {})):
            assert (response.get("Location") == "/admin/account/") is led, path
    assert client.get("/admin/account/").status_code == 200
    assert client.get("/admin/account/totp/activate/").status_code == 200
    with_app(user)
    assert client.get("/admin/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(staff, settings):
    settings.MFA_REQUIRED_ROLES = ["Author"]
    user = staff()
    with_recovery_codes(user)
    client = Client()
    client.force_login(user)
    assert client.get("/admin/")["Location"] == "/admin/account/"


def test_the_requirement_costs_one_query_and_nothing_where_it_is_not_set(
    staff, settings, django_assert_num_queries
):
    client = Client()
    client.force_login(staff())
    with django_assert_num_queries(2):  # session, user
        client.get("/admin/core/image/0/pick-nothing/")
    settings.MFA_REQUIRED_ROLES = ["Editor"]
    with django_assert_num_queries(3):
        client.get("/admin/core/image/0/pick-nothing/")


def test_superusers_and_the_command_take_lost_factors_away(staff, root, capsys):
    user = staff()
    with_app(user)
    client = Client()
    client.force_login(user)
    act = {"action": "remove_second_factors", "_selected_action": [user.pk], "_confirmed": "1"}
    root.post("/admin/auth/user/", act)
    assert not Authenticator.objects.exists()
    with_app(user)
    call_command("remove_second_factors", "ann")
    assert not Authenticator.objects.exists()
    assert remove_all(user) == 0


def test_a_broken_passkey_answer_is_no_error_of_ours(staff):
    for path in ("/admin/account/webauthn/login/", SECOND):
        for credential in ("", "{}", "[]", '{"id": 1}', "x", '{"response": {"userHandle": "1"}}'):
            with_password = Client()
            if path == SECOND:
                user = staff(f"u{abs(hash(credential))}")
                with_app(user)
                sign_in(with_password, user.username)
            response = with_password.post(path, {"credential": credential})
            assert response.status_code in (200, 302)
            assert not is_signed_in(with_password)
