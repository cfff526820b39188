"""Guessing costs time: by account and by network, in growing waits that all processes know."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from competencyworks.accounts import throttle
from competencyworks.core.models import Attempt
from tests.accounts.conftest import code_of, is_signed_in, sign_in, with_app

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def said(response) -> str:
    return " ".join(response.context["form"].non_field_errors()) if response.context else ""


def waits(response) -> bool:
    return "too many failed attempts" in said(response)


def pass_time(seconds: float) -> None:
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - timedelta(seconds=seconds))


def guess(count: int, username: str = "ann", address: str = HERE, pause: float = 400) -> None:
    """Wrong passwords, each after the wait of the one before."""
    for _ in range(count):
        assert not waits(sign_in(Client(), username, "wrong", REMOTE_ADDR=address))
        pass_time(pause)


def test_after_25_wrong_passwords_the_right_one_waits(staff):
    staff()
    for _ in range(25):
        sign_in(Client(), "ann", "wrong", REMOTE_ADDR=HERE)
    client = Client()
    response = sign_in(client, "ann", REMOTE_ADDR=ELSEWHERE)
    assert waits(response)
    assert re.search(r"Wait \d+ (second|minute)s?, then try again", said(response))
    assert not is_signed_in(client)
    pass_time(300)
    sign_in(client, "ann", REMOTE_ADDR=ELSEWHERE)
    assert is_signed_in(client)


def test_waits_grow_to_five_minutes_for_an_account_and_a_minute_for_a_network():
    account = [throttle.OF_AN_ACCOUNT.wait(failures) for failures in range(200)]
    network = [throttle.OF_A_NETWORK.wait(failures) for failures in range(200)]
    assert account[:8] == [0, 0, 0, 0, 0, 5, 10, 20]
    assert account == sorted(account)
    assert network == sorted(network)
    assert (max(account), max(network)) == (300, 60)


def test_an_attacked_account_waits_five_minutes_at_most(staff):
    staff()
    guess(14)
    sign_in(Client(), "ann", "wrong", REMOTE_ADDR=HERE)  # now
    assert waits(sign_in(Client(), "ann", REMOTE_ADDR=ELSEWHERE))
    pass_time(299)
    assert waits(sign_in(Client(), "ann", REMOTE_ADDR=ELSEWHERE))
    pass_time(2)
    assert not waits(sign_in(Client(), "ann", REMOTE_ADDR=ELSEWHERE))


def test_other_accounts_behind_the_address_wait_a_minute_at_most(staff):
    staff("ben")
    for number in range(40):
        guess(1, f"nobody{number}", pause=61)
    sign_in(Client(), "nobody", "wrong", REMOTE_ADDR=HERE)
    assert waits(sign_in(Client(), "ben", REMOTE_ADDR=HERE))
    assert waits(sign_in(Client(), "ben", REMOTE_ADDR="203.0.113.200"))  # the same /24
    assert not waits(sign_in(Client(), "ben", REMOTE_ADDR=ELSEWHERE))
    pass_time(61)
    client = Client()
    sign_in(client, "ben", REMOTE_ADDR=HERE)
    assert is_signed_in(client)


def test_attempts_during_a_wait_do_not_make_it_longer(staff):
    staff()
    guess(4)
    sign_in(Client(), "ann", "wrong", REMOTE_ADDR=HERE)
    before = Attempt.objects.count()
    for _ in range(5):
        assert waits(sign_in(Client(), "ann", "wrong", REMOTE_ADDR=HERE))
    assert Attempt.objects.count() == before


def test_known_and_unknown_accounts_wait_alike(staff):
    staff()
    answers = {}
    for name, address in (("ann", HERE), ("nobody", ELSEWHERE)):
        texts = []
        for _ in range(8):
            texts.append(said(sign_in(Client(), name, "wrong", REMOTE_ADDR=address)))
        answers[name] = texts
    assert answers["ann"] == answers["nobody"]


def test_user_name_and_address_count_as_one_account(staff):
    staff()
    for number in range(6):
        name = "ann" if number % 2 else "ANN@example.org"
        response = sign_in(Client(), name, "wrong", REMOTE_ADDR=HERE)
    assert waits(response)


def counted(text: str) -> int:
    return Attempt.objects.filter(who=throttle.hashed(text)).count()


def test_signing_in_clears_ones_own_count_and_not_the_networks(staff):
    user, other = staff(), staff("mallory")
    guess(4, pause=20)
    for number in range(3):
        guess(1, f"nobody{number}", pause=20)
    sign_in(Client(), "mallory", REMOTE_ADDR=HERE)
    assert counted("network 203.0.113.0/24") == 7
    assert (counted(f"account {user.pk}"), counted(f"account {other.pk}")) == (4, 0)
    sign_in(Client(), "ann", REMOTE_ADDR=HERE)
    assert counted("network 203.0.113.0/24") == 7
    assert counted(f"account {user.pk}") == 0


def test_who_has_signed_in_with_a_browser_is_not_kept_out_by_guesses_elsewhere(staff):
    staff()
    known = Client()
    sign_in(known, "ann", REMOTE_ADDR=HERE)
    known.post("/admin/logout/")
    guess(14, address=ELSEWHERE)
    sign_in(Client(), "ann", "wrong", REMOTE_ADDR=ELSEWHERE)
    assert waits(sign_in(Client(), "ann", REMOTE_ADDR=ELSEWHERE))
    sign_in(known, "ann", REMOTE_ADDR=HERE)
    assert is_signed_in(known)


def test_guesses_from_a_known_browser_wait_too(staff):
    staff()
    known = Client()
    sign_in(known, "ann", REMOTE_ADDR=HERE)
    known.post("/admin/logout/")
    for _ in range(6):
        response = sign_in(known, "ann", "wrong", REMOTE_ADDR=HERE)
    assert waits(response)


def test_a_known_browser_is_not_known_for_another_account(staff):
    staff("mallory")
    staff()
    client = Client()
    sign_in(client, "mallory")
    client.post("/admin/logout/")
    for _ in range(6):
        response = sign_in(client, "ann", "wrong")
    assert waits(response)


def test_a_known_browser_is_not_known_where_a_login_means_two_accounts(staff):
    for username in ("ann", "bob"):
        staff(username, email="office@example.org")
    known = Client()
    for username in ("ann", "bob"):
        sign_in(known, username, REMOTE_ADDR=HERE)
        known.post("/admin/logout/")
    for _ in range(6):
        sign_in(Client(), "office@example.org", "wrong", REMOTE_ADDR=ELSEWHERE)
    assert waits(sign_in(known, "office@example.org", REMOTE_ADDR=HERE))


def test_codes_are_throttled(staff):
    secret = with_app(staff())
    client = Client()
    sign_in(client, "ann")
    for _ in range(5):
        client.post("/admin/account/authenticate/", {"code": "000000"})
    response = client.post("/admin/account/authenticate/", {"code": code_of(secret)})
    assert "too many failed attempts" in str(response.context["form"].errors)
    assert not is_signed_in(client)
    # A password that is right again and again does not clear the count of codes.
    other = Client()
    sign_in(other, "ann")
    response = other.post("/admin/account/authenticate/", {"code": code_of(secret)})
    assert "too many failed attempts" in str(response.context["form"].errors)
    pass_time(301)
    client.post("/admin/account/authenticate/", {"code": code_of(secret)})
    assert is_signed_in(client)


def test_the_present_password_cannot_be_guessed_where_it_is_changed(staff):
    user = staff()
    client = Client()
    client.force_login(user)
    values = {"oldpassword": "wrong", "password1": "another sentence 8", "password2": "x"}
    for _ in range(6):
        response = client.post("/admin/account/password/", values)
    assert "too many failed attempts" in str(response.context["form"].errors["oldpassword"])


def test_no_address_is_kept_in_clear(staff):
    staff()
    sign_in(Client(), "ann", "wrong", REMOTE_ADDR=HERE)
    assert not any(
        "203.0" in attempt.who or "ann" in attempt.who for attempt in Attempt.objects.all()
    )


@pytest.mark.parametrize("cookie", ["x", "e30:1:x", "", "a" * 3000])
def test_a_forged_cookie_of_a_device_changes_nothing(staff, cookie):
    staff()
    client = Client()
    client.cookies[throttle.DEVICE_COOKIE] = cookie
    for _ in range(6):
        response = sign_in(client, "ann", "wrong")
    assert waits(response)
    assert waits(sign_in(Client(), "ann", REMOTE_ADDR=ELSEWHERE))


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_not_all_free(rf):
    def one(_) -> bool:
        try:
            throttle.begin(rf.post("/", REMOTE_ADDR=HERE), throttle.PASSWORD, ["1"])
        except throttle.TooSoon:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(12) as threads:
        free = list(threads.map(one, range(24)))
    assert free.count(True) == throttle.OF_AN_ACCOUNT.free
