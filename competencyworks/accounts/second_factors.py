"""Second factors of an account: what it stands on, and taking them off where they were lost."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db import transaction

from . import activity, required_roles, security_notices, sessions

REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes are none


def standing(user) -> dict[str, bool]:
    """For the pages of 'Your account': what would be missing without one factor more."""
    count = Authenticator.objects.filter(user=user, type__in=REAL).count()
    members = required_roles.members()
    needs = members is not None and (get_user_model().objects.filter(members, pk=user.pk).exists())
    return {
        "is_last_factor": count == 1,
        "needs_factor": needs,
        "lacks_second_factor": needs and not count,
    }


@transaction.atomic
def remove_all(user, *, by=None) -> int:
    """Remove all second factors of `user` and end their sessions. Returns how many factors."""
    rows = Authenticator.objects.select_for_update().filter(user=user)
    count = len([row.delete() for row in rows])
    if count:
        sessions.end_others(user)
        activity.note(by or user, "Removed all second factors.", about=user)
        security_notices.tell(user, security_notices.FACTORS_BY_ADMIN)
    return count
