"""
Mail to the owner of an account when its password or a second factor changes, whoever did it: a
change that they did not make is a theft.

django-allauth asks the adapter for those that its pages make; acts of ours call tell().
"""

from uuid import uuid4

from django.urls import reverse

from competencyworks.core.mail import outbox
from competencyworks.core.mail.letters import letter, site_name
from competencyworks.core.metadata import absolute

# What allauth names its notifications → what has happened.
NOTIFICATIONS = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_reset": "Your password was reset using an emailed link.",
    "account/email/password_set": "A password was set.",
    "mfa/email/totp_activated": "An authenticator app was added as a second factor.",
    "mfa/email/totp_deactivated": "The authenticator app was removed as a second factor.",
    "mfa/email/webauthn_added": "A passkey or security key was added.",
    "mfa/email/webauthn_removed": "A passkey or security key was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes replaced your old ones.",
}
PASSWORD_BY_ADMIN = "An administrator changed your password."  # noqa: S105 - words
FACTORS_BY_ADMIN = "An administrator removed your second factors. You were signed out everywhere."


def tell(user, what: str) -> None:
    """Queue a mail to `user` which says `what` happened to the account."""
    if not user.email:
        return
    mail = letter(
        "account_changed",
        {"what": what, "username": user.get_username(), "url": absolute(reverse("mfa_index"))},
        key=f"account-changed-{user.pk}-{uuid4().hex}",
        to_email=user.email,
        subject=f"Your account at {site_name()} was changed",
    )
    outbox.queue([mail])
