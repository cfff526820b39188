"""
Rows in Django's admin log for what it does not write by itself: signing in, second factors,
passwords, sessions, invitations, exports.

A row holds who and what, never where from: no network address and no token. Signals do nothing but
write these rows.
"""

import logging

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.dispatch import receiver

logger = logging.getLogger(__name__)

SIGNED_IN = "Signed in."
SIGN_IN_FAILED = "A sign-in with this account failed."
FACTOR_REFUSED = "A second factor was refused."
# Rows that stand under the account they are about, though anybody may have done it.
BY_ANYBODY = (SIGN_IN_FAILED, FACTOR_REFUSED)
FACTORS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey or security key",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def note(user, message: str, *, about=None, flag: int = CHANGE) -> None:
    """Write that `user` did what `message` says with the account `about` (their own)."""
    account = about or user
    LogEntry.objects.create(
        user_id=user.pk,
        content_type=ContentType.objects.get_for_model(get_user_model()),
        object_id=str(account.pk),
        object_repr=account.get_username()[:200],
        action_flag=flag,
        change_message=message,
    )


def recent_actions(user) -> QuerySet[LogEntry]:
    """The last ten things that `user` did, without what they did with their own account."""
    kind = ContentType.objects.get_for_model(get_user_model())
    rows = LogEntry.objects.filter(user=user).exclude(content_type=kind, object_id=str(user.pk))
    return rows.select_related("content_type")[:10]


@receiver(account_signals.user_logged_in)
def signed_in(request, user, **kwargs) -> None:
    note(user, SIGNED_IN)


@receiver(mfa_signals.authenticator_used)
def recovery_code_used(request, user, authenticator, **kwargs) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note(user, "Used a recovery code.")


@receiver(account_signals.password_reset)
def password_reset(request, user, **kwargs) -> None:
    note(user, "Set a new password using an emailed link.")


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
def password_changed(request, user, **kwargs) -> None:
    note(user, "Changed the password.")


@receiver(mfa_signals.authenticator_added)
def factor_added(request, user, authenticator, **kwargs) -> None:
    note(user, f"Added a second factor: {FACTORS[authenticator.type]}.")


@receiver(mfa_signals.authenticator_removed)
def factor_removed(request, user, authenticator, **kwargs) -> None:
    note(user, f"Removed a second factor: {FACTORS[authenticator.type]}.")


@receiver(mfa_signals.authenticator_reset)
def factor_reset(request, user, authenticator, **kwargs) -> None:
    note(user, f"Generated new {FACTORS[authenticator.type]}.")


@receiver(mfa_signals.authentication_failed)
def factor_refused(request, user, authenticator, **kwargs) -> None:
    logger.warning("A second factor was refused.")
    note(user, FACTOR_REFUSED)


def sign_in_failed(users) -> None:
    """A wrong password, or an account that may not sign in. Unknown accounts are only logged."""
    logger.warning("A sign-in was refused.")
    for user in users:
        note(user, SIGN_IN_FAILED)
