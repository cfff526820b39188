"""Nobody locks everybody out: one active superuser stays, and so do the roles of the policy."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from competencyworks.accounts.last_superuser import LastSuperuser, check_another_stays
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
RIGHTS = ("is_active", "is_staff", "is_superuser")


def save(client, user, *without: str):
    data = {"username": user.username, "email": user.email, "date_joined_0": "2026-01-01",
            "date_joined_1": "10:00:00"}  # fmt: skip
    data |= {name: "on" for name in RIGHTS if name not in without}
    return client.post(f"/admin/auth/user/{user.pk}/change/", data)


@pytest.mark.parametrize("right", RIGHTS)
def test_the_last_superuser_keeps_every_right_that_signing_in_takes(root, right):
    User.objects.create(username="gone", is_superuser=True, is_staff=True, is_active=False)
    answer = save(root, root.user, right)
    assert "is the only active superuser" in answer.text
    root.user.refresh_from_db()
    assert getattr(root.user, right)
    assert save(root, root.user).status_code == 302


def test_with_another_superuser_one_may_go(root):
    other = signed_in("second", is_superuser=True).user
    assert save(root, other, "is_superuser").status_code == 302
    other.refresh_from_db()
    assert not other.is_superuser


def test_accounts_are_not_deleted(root):
    assert root.post(f"/admin/auth/user/{root.user.pk}/delete/", {"post": "yes"}).status_code == 403
    root.post("/admin/auth/user/", {"action": "delete_selected", "post": "yes",
                                    "_selected_action": root.user.pk})  # fmt: skip
    assert User.objects.filter(pk=root.user.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_superusers_who_step_down_at_once_do_not_both():
    users = [
        User.objects.create(username=name, is_superuser=True, is_staff=True)
        for name in ("one", "two")
    ]
    both = Barrier(2)

    def step_down(user) -> bool:
        both.wait()
        try:
            with transaction.atomic():
                check_another_stays(user)
                time.sleep(0.3)  # the other looks in between, if nothing keeps it from doing so
                User.objects.filter(pk=user.pk).update(is_superuser=False)
            return True
        except LastSuperuser:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(step_down, users)) == [False, True]
    assert User.objects.filter(is_superuser=True).count() == 1


def test_a_role_of_the_policy_is_neither_deleted_nor_renamed(root):
    role = Group.objects.get(name="Author")
    page = f"/admin/auth/group/{role.pk}/"
    assert root.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    root.post("/admin/auth/group/", {"action": "delete_selected", "post": "yes",
                                     "_selected_action": role.pk})  # fmt: skip
    root.post(f"{page}change/", {"name": "Writers"})
    role.refresh_from_db()
    assert role.name == "Author"
    own = Group.objects.create(name="Of our own")
    assert root.post(f"/admin/auth/group/{own.pk}/delete/", {"post": "yes"}).status_code == 302
