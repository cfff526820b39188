"""The roles that MFA_REQUIRED_ROLES names: groups in any letter case, and 'superuser'."""

import logging

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import Error
from django.db.models import Q

from competencyworks.core.policy_table import ROLES

logger = logging.getLogger(__name__)

SUPERUSER = "superuser"


def members() -> Q | None:
    """Who has one of the roles, as a filter of users; None where no role is required."""
    found = Q()
    for role in settings.MFA_REQUIRED_ROLES:
        if role.casefold() == SUPERUSER:
            found |= Q(is_superuser=True)
        else:
            found |= Q(groups__name__iexact=role)
    return found or None


def unknown() -> list[str]:
    """
    The names that are no role: a mistyped one leaves its members without a second factor.

    Groups of the admin count beside the roles of the policy. One query, and none where all are
    roles of the policy. Without a database, nothing is known to be wrong.
    """
    known = {SUPERUSER, *(role.casefold() for role in ROLES)}
    others = [role for role in settings.MFA_REQUIRED_ROLES if role.casefold() not in known]
    if not others:
        return []
    try:
        known |= {name.casefold() for name in Group.objects.values_list("name", flat=True)}
    except Error:
        return []
    return sorted({role for role in others if role.casefold() not in known})


def words_about(role: str) -> str:
    return f"MFA_REQUIRED_ROLES names the role {role!r}, which does not exist."


def warn() -> None:
    """One line in the log for each name that is no role."""
    for role in unknown():
        logger.warning(words_about(role))
