"""'Your account' warns before the only second factor goes, and offers nothing that is closed."""

import pytest

from tests.accounts.conftest import sign_in, with_app

pytestmark = pytest.mark.django_db
OFF = "/admin/account/totp/deactivate/"


def test_the_only_factor_is_warned_about(staff, client, settings):
    user = staff()
    sign_in(client, "ann")
    with_app(user)
    assert "This is your only second factor" in client.get(OFF).text
    assert "because your role requires it" not in client.get(OFF).text
    settings.MFA_REQUIRED_ROLES = ["Author"]
    assert "because your role requires it" in client.get(OFF).text


def test_one_of_two_is_not(staff, client):
    user = staff()
    sign_in(client, "ann")
    with_app(user)
    user.authenticator_set.create(type="webauthn", data={"name": "Key"})
    assert "your only second factor" not in client.get(OFF).text


def test_a_page_that_leads_back_here_is_not_offered(staff, client, settings):
    user = staff()
    sign_in(client, "ann")
    assert "Show your sessions" in client.get("/admin/account/").text
    settings.MFA_REQUIRED_ROLES = ["Author"]
    assert "Show your sessions" not in client.get("/admin/account/").text
    with_app(user)
    assert "Show your sessions" in client.get("/admin/account/").text
