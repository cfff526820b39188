"""Signing in by OpenID Connect: only into an account that exists, by an address that is proven."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.conftest import code_of, is_signed_in, with_app
from tests.accounts.openid_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db
BEGIN = "/admin/account/oidc/sso/"


@pytest.fixture
def provider(settings):
    provider = Provider()
    keys = {"OIDC_SERVER_URL": provider.url, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
    settings.OIDC_KEYS = keys
    settings.OIDC_NAME = "Campus sign-on"
    app = {
        "provider_id": "sso", "name": "Campus sign-on", "client_id": CLIENT, "secret": SECRET,
        "settings": {"server_url": provider.url},
    }  # fmt: skip
    options = {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": options}
    yield provider
    provider.end()


def go(provider: Provider, client: Client, next_page: str = ""):
    """The way there and back."""
    start = client.get(BEGIN, {"next": next_page} if next_page else {})
    assert start.status_code == 302
    assert start["Location"].startswith(provider.url)
    return client.get(provider.authorize(start["Location"]))


def test_staff_with_a_verified_address_sign_in(staff, provider):
    user, client = staff(), Client()
    page = client.get("/admin/login/?next=/admin/blog/post/").content.decode()
    assert "Sign in with Campus sign-on" in page
    response = go(provider, client, "/admin/blog/post/")
    assert response["Location"] == "/admin/blog/post/"
    assert is_signed_in(client)
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (user, "person-1", {})
    again = Client()
    go(provider, again)
    assert is_signed_in(again)
    assert SocialAccount.objects.get().extra_data == {}


def test_a_second_factor_is_asked_for_all_the_same(staff, provider):
    secret = with_app(staff())
    client = Client()
    assert go(provider, client)["Location"] == "/admin/account/authenticate/"
    assert not is_signed_in(client)
    client.post("/admin/account/authenticate/", {"code": code_of(secret)})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("claims", "values"),
    [
        ({"email_verified": False}, {}),
        ({"email_verified": None}, {}),
        ({"email": "nobody@example.org"}, {}),
        ({"email": ""}, {"email": ""}),
        ({}, {"is_staff": False}),
        ({}, {"is_active": False}),
    ],
)
def test_others_are_refused_and_no_account_is_made(staff, provider, claims, values):
    staff(**values)
    provider.claims |= claims
    client = Client()
    response = go(provider, client)
    assert response.status_code == 403
    assert "None of your verified email addresses" in response.content.decode()
    assert not is_signed_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_an_address_that_is_no_longer_verified_or_the_accounts_lets_nobody_in(staff, provider):
    user = staff()
    go(provider, Client())
    for change in ({"email_verified": False}, {"email": "other@example.org"}):
        before = dict(provider.claims)
        provider.claims |= change
        client = Client()
        assert go(provider, client).status_code == 403
        assert not is_signed_in(client)
        provider.claims = before
    user.email = "moved@example.org"
    user.save()
    staff("ben", email="ann@example.org")  # somebody else has the address now
    client = Client()
    assert go(provider, client).status_code == 403
    assert not is_signed_in(client)


def test_an_address_of_two_accounts_lets_nobody_in(staff, provider):
    staff()
    staff("ben", email="ANN@example.org")
    client = Client()
    assert go(provider, client).status_code == 403


@pytest.mark.parametrize(
    "fault",
    ["other key", "unsigned", "shared secret", "other audience", "other issuer", "ended",
     "unknown key", "no token"],
)  # fmt: skip
def test_tokens_that_the_provider_did_not_sign_for_us_are_refused(staff, provider, fault):
    staff()
    provider.fault = fault
    client = Client()
    response = go(provider, client)
    assert "did not confirm who you are" in response.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "body", [b"[" * 2_000, b"9" * 5_000, b'["a list"]', b"{"],
    ids=["nested", "long number", "list", "cut"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/keys", "/token", "/userinfo"]
)
def test_an_answer_of_the_provider_without_sense_lets_nobody_in(staff, provider, path, body):
    staff()
    provider.scripted[path] = body
    client = Client()
    if path == "/.well-known/openid-configuration":
        response = client.get(BEGIN)
    else:
        response = go(provider, client)
    assert "Sign-in failed" in response.content.decode()
    assert not is_signed_in(client)


def test_user_info_of_another_person_is_refused(staff, provider):
    staff()
    provider.claims = {"sub": "mallory"}
    provider.userinfo = {"sub": "person-1", "email": "ann@example.org", "email_verified": True}
    client = Client()
    go(provider, client)
    assert not is_signed_in(client)


def test_an_answer_that_was_not_asked_for_is_refused(staff, provider):
    staff()
    asked = Client().get(BEGIN)["Location"]
    client = Client()
    response = client.get(provider.authorize(asked))  # another browser's
    assert "did not confirm who you are" in response.content.decode()
    assert not is_signed_in(client)


def test_a_provider_that_is_away_is_said(staff, provider):
    staff()
    client = Client()
    start = client.get(BEGIN)
    provider.fault = "other key"
    back = provider.authorize(start["Location"])
    provider.end()
    for response in (client.get(back), Client().get(BEGIN)):
        assert "The sign-in service did not answer." in response.content.decode()


def test_a_provider_that_stops_half_way_is_said(staff, provider, monkeypatch):
    staff()
    client = Client()
    back = provider.authorize(client.get(BEGIN)["Location"])
    answer = provider.answer

    def without_tokens(path, form):
        told = answer(path, form)
        return told | {"token_endpoint": "http://127.0.0.1:1/token"} if "issuer" in told else told

    monkeypatch.setattr(provider, "answer", without_tokens)
    assert "The sign-in service did not answer." in client.get(back).content.decode()


def test_it_connects_nothing_and_leads_nowhere_else(staff, provider):
    client = Client()
    client.force_login(staff())
    assert client.get(BEGIN, {"process": "connect"}).status_code == 404
    assert go(provider, Client(), "https://elsewhere.example/")["Location"] == "/admin/"


def test_without_keys_there_is_none(client, settings):
    settings.OIDC_KEYS = {"OIDC_SERVER_URL": ""}
    assert client.get(BEGIN).status_code == 404
    assert client.get("/admin/account/oidc/other/").status_code == 404
    assert "account/oidc" not in client.get("/admin/login/").content.decode()
