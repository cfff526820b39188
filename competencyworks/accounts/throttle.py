"""
How fast one may guess passwords and codes: waits that grow with each failure, kept in the database
so that all processes know them.

Failures are counted for the account that is guessed at and for the network that the guesses come
from. An account's wait is five minutes at most. A network's wait is one minute at most, so that a
stranger's guesses cost the other people behind the same address no more. An attempt during a wait
is refused before the password is looked at, and does not make the wait longer.

A browser in which somebody has signed in before holds a signed cookie for that account (OWASP calls
it a device cookie). Its failures are counted apart, so that guesses made elsewhere do not keep the
owner of the account out.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from competencyworks.core import floods
from competencyworks.core.client_address import client_address, hashed, network_of
from competencyworks.core.models import Attempt

PASSWORD, CODE = "signin.password", "signin.code"
DEVICE_COOKIE, DEVICE_SALT = "cw_device", "accounts.device"
DEVICE_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Limit:
    """`free` failures within `span` cost nothing; then waits double, from `first` seconds on."""

    span: timedelta
    free: int
    first: int
    most: int

    def wait(self, failures: int) -> int:
        """Seconds to wait after the last of so many failures."""
        if failures < self.free:
            return 0
        return min(self.first * 2 ** min(failures - self.free, 20), self.most)


OF_AN_ACCOUNT = Limit(span=timedelta(days=1), free=5, first=5, most=300)
OF_A_NETWORK = Limit(span=timedelta(hours=1), free=20, first=5, most=60)


class TooSoon(ValueError):
    """Another attempt before the wait is over; the message says how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            f"There were too many failed attempts. Wait {in_words(seconds)}, then try again."
        )


@dataclass(frozen=True)
class Begun:
    """One attempt that counts as failed until succeeded() is called."""

    action: str
    accounts: list[str]
    rows: list[int] = field(default_factory=list)

    def succeeded(self) -> None:
        """
        Forget this attempt and the failures of the account. Those of the network stay: whoever
        knows one password must not clear the way for guesses at others.
        """
        Attempt.objects.filter(pk__in=self.rows).delete()
        Attempt.objects.filter(action=self.action, who__in=self.accounts).delete()


def begin(request: HttpRequest, action: str, accounts: Iterable[str]) -> Begun:
    """
    Count an attempt at `accounts` (texts that name them) as failed, before it is checked, so that
    many at once count too. Raises TooSoon, and counts nothing, while somebody has to wait.
    """
    accounts = sorted({hashed(f"account {account}") for account in accounts})
    device = _known_device(request, accounts)
    if device:
        accounts, limits = [device], {device: OF_AN_ACCOUNT}
    else:
        limits = dict.fromkeys(accounts, OF_AN_ACCOUNT)
        if network := network_of(client_address(request)):
            limits[hashed(f"network {network}")] = OF_A_NETWORK
    with transaction.atomic():
        with connection.cursor() as cursor:
            for who in sorted(limits):  # in one order, so that two cannot wait for each other
                key = f"{action} {who}"
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        seconds = max((_wait(action, who, limit) for who, limit in limits.items()), default=0)
        if seconds > 0:
            raise TooSoon(seconds)
        rows = Attempt.objects.bulk_create(floods.attempts(action, *limits))
    return Begun(action, accounts, [row.pk for row in rows])


def remember_device(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """Let the browser show, at the next sign-in, that this account was signed in with it."""
    value = signing.dumps(
        {**_devices(request), hashed(f"account {account}"): secrets.token_urlsafe(12)},
        salt=DEVICE_SALT,
    )
    response.set_cookie(
        DEVICE_COOKIE,
        value,
        max_age=DEVICE_KEPT,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def in_words(seconds: int) -> str:
    """'40 seconds', '1 minute', '4 minutes': never less than the wait."""
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _wait(action: str, who: str, limit: Limit) -> int:
    """Whole seconds that `who` has to wait still."""
    now = timezone.now()
    failures = Attempt.objects.filter(action=action, who=who, at__gt=now - limit.span)
    moments = list(failures.order_by("-at").values_list("at", flat=True)[:40])
    wait = limit.wait(len(moments))
    if not wait:
        return 0
    left = (moments[0] + timedelta(seconds=wait) - now).total_seconds()
    return max(0, min(-int(-left // 1), limit.most))


def _devices(request: HttpRequest) -> dict[str, str]:
    try:
        return signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_KEPT
        )
    except signing.BadSignature:
        return {}


def _known_device(request: HttpRequest, accounts: list[str]) -> str:
    """What counts the failures of this browser at an account that it knows; '' for others."""
    devices = _devices(request)
    nonces = [devices.get(account, "") for account in accounts]
    return hashed(f"device {nonces[0]}") if len(nonces) == 1 and nonces[0] else ""
