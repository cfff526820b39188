"""
The site keeps a superuser who can sign in: without one, nobody could make another in the admin.

Accounts are not deleted (the policy names no such act), so it can only be lost by a change of these
columns, or by an erasure that deactivates the account.
"""

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet

LOCK = "accounts.last_superuser"
NEEDED = {"is_active": True, "is_staff": True, "is_superuser": True}


class LastSuperuser(ValueError):
    """The act would leave nobody who may change accounts; the message says so."""

    def __init__(self, user) -> None:
        super().__init__(
            f"{user} is the only active superuser. Without one, nobody could manage accounts. "
            "Make another active account a superuser first."
        )


def check_another_stays(user) -> None:
    """
    Call it before `user` is saved without one of NEEDED, in the transaction of the save: two who
    do so at once come one after the other. Raises LastSuperuser.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
    if _able().filter(pk=user.pk).exists() and not _able().exclude(pk=user.pk).exists():
        raise LastSuperuser(user)


def _able() -> QuerySet:
    return get_user_model().objects.filter(**NEEDED)
