"""What is sent as a passkey's answer and is none: refused in words, on each page that takes one."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.test import Client
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tests.accounts.conftest import is_signed_in, sign_in, with_app

pytestmark = pytest.mark.django_db

SECOND = "/admin/account/authenticate/"
LOGIN = "/admin/account/webauthn/login/"
ADD = "/admin/account/webauthn/add/"
AGAIN = "/admin/account/webauthn/reauthenticate/"
SAID = "The passkey was not accepted."
ANSWERS = {
    "nested lists": "[" * 2_000,
    "nested objects": '{"a":' * 2_000,
    "a nested part": '{"id": "a", "response": ' + "[" * 2_000,
    "a number of 5,000 digits": "9" * 5_000,
    "such a number in an object": '{"id": ' + "9" * 5_000 + "}",
    "too long": '{"id": "' + "a" * 200_000 + '"}',
    "no JSON": "{",
    "a list": "[1]",
    "text": '"a"',
    "a number": "1",
    "nothing": "",
}


@pytest.fixture(params=ANSWERS.values(), ids=ANSWERS.keys())
def answer(request) -> dict:
    return {"credential": request.param}


def test_to_sign_in(answer):
    client = Client(raise_request_exception=False)
    response = client.post(LOGIN, answer, follow=True)
    assert response.status_code == 200
    assert SAID in response.text
    assert not is_signed_in(client)


def test_as_the_second_step(staff, answer):
    with_app(staff())
    client = Client(raise_request_exception=False)
    sign_in(client, "ann")
    response = client.post(SECOND, answer)
    assert response.status_code == 200
    # A form without either answer is one for a code.
    assert (SAID in response.text) or not answer["credential"]
    assert not is_signed_in(client)


def test_to_add_a_passkey(staff, answer):
    staff()
    client = Client(raise_request_exception=False)
    sign_in(client, "ann")
    response = client.post(ADD, answer | {"name": "My phone"})
    assert response.status_code == 200
    assert SAID in response.text
    assert not Authenticator.objects.exists()


def test_to_show_again_who_one_is(staff, answer):
    user = staff()
    client = Client(raise_request_exception=False)
    sign_in(client, "ann")
    with_passkey(user)
    response = client.post(AGAIN, answer, follow=True)
    assert response.status_code == 200
    assert SAID in response.text


def with_passkey(user) -> None:
    """Give `user` a passkey as a browser makes it; nobody has its private key."""
    key = ES256.from_cryptography_key(generate_private_key(SECP256R1()).public_key())
    made = AuthenticatorData.create(
        sha256(b"testserver"), 0x45, 0, AttestedCredentialData.create(Aaguid(bytes(16)), b"id", key)
    )
    client = CollectedClientData.create("webauthn.create", b"x" * 32, "https://testserver")
    answer = {
        "id": websafe_encode(b"id"),
        "rawId": websafe_encode(b"id"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        },
    }
    data = {"name": "My phone", "credential": answer}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
