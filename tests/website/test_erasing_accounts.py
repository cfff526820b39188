"""Erasing a person with an account: the page says so, and what becomes of it is a choice."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.conftest import is_signed_in, sign_in
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE, EMAIL = "/admin/personal-data/", "mary.lee@example.org"


def step(root, name: str, **more):
    return root.post(PAGE, {"email": EMAIL, "step": name, **more})


@pytest.fixture
def mary(db) -> User:
    return User.objects.create_user("mary.lee", EMAIL, "a sentence 7", is_staff=True)


def test_the_question_tells_of_the_account_and_only_then(root, mary):
    text = step(root, "confirm").text
    assert "There is an account, “mary.lee”" in text
    assert 'name="account"' in text
    mary.delete()
    text = step(root, "confirm").text
    assert "There is an account" not in text
    assert 'name="account"' not in text


def test_a_checked_box_deactivates_it_and_takes_the_user_name(root, mary):
    step(root, "erase", account="on")
    mary.refresh_from_db()
    assert (mary.is_active, mary.email, mary.username) == (False, "", f"erased-{mary.pk}")
    assert not mary.has_usable_password()


def test_without_it_the_account_stays(root, mary):
    step(root, "erase")
    mary.refresh_from_db()
    assert (mary.is_active, mary.email, mary.username) == (True, "", "mary.lee")


def test_their_sessions_end(root, mary):
    client = Client()
    sign_in(client, "mary.lee", "a sentence 7")
    assert is_signed_in(client)
    step(root, "erase")
    assert not is_signed_in(client)


def test_the_last_superuser_is_not_deactivated(root):
    User.objects.filter(pk=root.user.pk).update(email=EMAIL)
    answer = step(root, "erase", account="on")
    assert "is the only active superuser" in answer.text
    root.user.refresh_from_db()
    assert (root.user.is_active, root.user.email) == (True, EMAIL)
    signed_in("second", is_superuser=True)
    step(root, "erase", account="on")
    root.user.refresh_from_db()
    assert not root.user.is_active
