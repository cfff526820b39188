import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group, User
from django.test import Client

PASSWORD = "a long sentence 7"
LOGIN = "/admin/login/"


@pytest.fixture
def staff(db):
    """Makes a staff account with a password."""

    def make(username="ann", **more) -> User:
        roles = more.pop("roles", ["Author"])
        values = {"email": f"{username}@example.org", "is_staff": True} | more
        user = User.objects.create_user(username, password=PASSWORD, **values)
        user.groups.set(Group.objects.filter(name__in=roles))
        return user

    return make


def sign_in(client: Client, username: str, password: str = PASSWORD, next_page: str = "", **more):
    """Post the sign-in form."""
    values = {"login": username, "password": password} | ({"next": next_page} if next_page else {})
    return client.post(LOGIN, values, **more)


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def with_app(user: User) -> str:
    """Give `user` an authenticator app; returns its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def with_recovery_codes(user: User) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def code_of(secret: str, at: float | None = None) -> str:
    """What the app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int((at or time.time()) // 30)))


__all__ = ["Authenticator"]
