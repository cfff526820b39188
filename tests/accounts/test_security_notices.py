"""Owners of accounts are told of changes, and the log does not blame them for what others tried."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from lxml import html

from competencyworks.accounts.second_factors import remove_all
from competencyworks.core.models import OutgoingMail
from tests.accounts.conftest import PASSWORD, code_of, sign_in, with_app

pytestmark = pytest.mark.django_db
NEXT = "another sentence 93"


def told(user) -> list[str]:
    mails = OutgoingMail.objects.filter(kind="account_changed", to_email=user.email)
    return [mail.text for mail in mails.order_by("pk")]


def test_a_password_that_its_owner_changes(staff, client):
    user = staff()
    sign_in(client, "ann")
    data = {"oldpassword": PASSWORD, "password1": NEXT, "password2": NEXT}
    client.post("/admin/account/password/", data | {"oldpassword": "wrong"})
    assert told(user) == []
    client.post("/admin/account/password/", data)
    (mail,) = told(user)
    assert "Your password was changed." in mail
    assert "/admin/account/" in mail
    assert NEXT not in mail


def test_a_password_that_an_administrator_changes(staff, root):
    user = staff()
    sent = {"password1": NEXT, "password2": NEXT, "usable_password": "true"}
    answer = root.post(f"/admin/auth/user/{user.pk}/password/", sent)
    assert answer.status_code == 302
    (mail,) = told(user)
    assert "An administrator changed your password." in mail


def test_second_factors_added_and_removed(staff, client, django_capture_on_commit_callbacks):
    user = staff()
    sign_in(client, "ann")
    secret = client.get("/admin/account/totp/activate/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):  # where the library tells of it
        client.post("/admin/account/totp/activate/", {"code": code_of(secret)})
    assert "An authenticator app was added" in told(user)[0]
    remove_all(user)
    assert "An administrator removed your second factors" in told(user)[-1]
    before = len(told(user))
    remove_all(user)  # nothing is left
    assert len(told(user)) == before


def rows(root, **query) -> list[list[str]]:
    page = html.fromstring(root.get("/admin/admin/logentry/", query).content)
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("td|th")]
        for row in page.xpath("//table[@id='result_list']/tbody/tr")
    ]


def test_a_failed_sign_in_is_nobodys_act(staff, root):
    user = staff(first_name="Ann", last_name="Lee")
    sign_in(Client(), "ann", "wrong")
    sign_in(Client(), "ann")
    signed_in, failed = rows(root)[:2]
    assert failed[1] == "Unknown"
    assert signed_in[1] == "Ann Lee"
    assert failed[2] == signed_in[2] == "Account"
    assert [row[-1] for row in rows(root, user=user.pk)] == ["Signed in."]
    assert [row[-1] for row in rows(root, act="failed")] == ["A sign-in with this account failed."]


def test_a_sign_in_by_recovery_code_can_be_told(staff, root, client):
    user = staff()
    with_app(user)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    sign_in(client, "ann")
    client.post("/admin/account/authenticate/", {"code": codes[0]})
    assert "Used a recovery code." in [row[-1] for row in rows(root)]
