"""The pages of an account are written as the rest of the site: in sentence case, in our words."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from lxml import html

from tests.accounts.conftest import sign_in, with_app, with_recovery_codes
from tests.accounts.test_passkey_answers import with_passkey

pytestmark = pytest.mark.django_db
# Two words with capitals that follow each other; names of products have their own.
TITLE_CASE = re.compile(r"^(?!Your Phone)\w+ (?:\w+ )*?[A-Z][a-z]+")


@pytest.fixture
def client_with_all(staff):
    user = staff()
    client = Client()
    sign_in(client, "ann")
    with_app(user)
    with_recovery_codes(user)
    with_passkey(user)
    return client


def addresses() -> list[str]:
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk
    return [
        "/admin/account/", "/admin/account/password/", "/admin/account/totp/deactivate/",
        "/admin/account/recovery-codes/", "/admin/account/recovery-codes/generate/",
        "/admin/account/webauthn/", "/admin/account/webauthn/add/",
        f"/admin/account/webauthn/keys/{key}/edit/", f"/admin/account/webauthn/keys/{key}/remove/",
        "/admin/account/sessions/",
    ]  # fmt: skip


def said(page: str) -> list[str]:
    tree = html.fromstring(page)
    (main,) = tree.xpath("//*[@id='content']")
    found = [tree.findtext(".//title").split(" | ")[0]]
    for each in main.xpath(".//h1 | .//h2 | .//label | .//button | .//a | .//th"):
        found.append(" ".join(each.text_content().split()))
    found += main.xpath(".//input/@placeholder | .//input[@type='submit']/@value")
    return [words for words in found if words]


def test_titles_labels_and_buttons_are_in_sentence_case(client_with_all):
    for url in addresses():
        response = client_with_all.get(url)
        assert response.status_code == 200, url
        for words in said(response.text):
            own = words.replace("My phone", "").replace("PIN", "")
            assert not TITLE_CASE.search(own), (url, words)


def test_of_somebody_without_a_password_too(staff):
    user = staff()
    client = Client()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    response = client.get("/admin/account/password/set/", follow=True)
    assert response.status_code == 200
    assert not [words for words in said(response.text) if TITLE_CASE.search(words)]


def test_a_passkey_is_renamed_and_removed_and_codes_are_made_anew(client_with_all):
    *_, edit, remove, _ = addresses()
    codes = client_with_all.get("/admin/account/recovery-codes/").text
    (listed,) = html.fromstring(codes).xpath("//textarea/text()")
    assert len(set(listed.split())) == 10
    assert client_with_all.post(edit, {"name": "Key ring"}).status_code == 302
    assert "Key ring" in client_with_all.get(remove).text
    assert client_with_all.post(remove).status_code == 302
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()
    assert client_with_all.post("/admin/account/recovery-codes/generate/").status_code == 302
    assert client_with_all.get("/admin/account/recovery-codes/").text != codes
    assert client_with_all.post("/admin/account/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
