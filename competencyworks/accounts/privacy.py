"""
What the libraries of signing in hold of a staff member: addresses, sessions, sign-ins elsewhere.

Registered before core's holder of accounts, which takes the address off the account by which these
rows are found.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q

from competencyworks.core.privacy import NAME_REMOVED, Erasure, Holder, holder

KINDS = (EmailAddress, SocialAccount, UserSession, Authenticator)


@holder("sign-ins")
class SignIns(Holder):
    """Sessions, second factors and sign-ins by single sign-on of a staff account."""

    def export(self, email):
        users = self._users(email)
        sessions = UserSession.objects.filter(user__in=users)
        factors = Authenticator.objects.filter(user__in=users)
        outside = SocialAccount.objects.filter(user__in=users)
        return [
            *({"session_since": row.created_at.isoformat(), "network_address": row.ip,
               "browser": row.user_agent} for row in sessions),
            *({"second_factor": row.get_type_display(), "since": row.created_at.isoformat()}
              for row in factors),
            *({"single_sign_on": row.uid, "since": row.date_joined.isoformat()}
              for row in outside),
            *({"log": row.change_message, "at": row.action_time.isoformat()}
              for row in self._log(users)),
        ]  # fmt: skip

    def erase(self, erasure: Erasure) -> int:
        users = self._users(erasure.email)
        keys = UserSession.objects.filter(user__in=users).values_list("session_key", flat=True)
        count = Session.objects.filter(session_key__in=list(keys)).delete()[0]
        # Second factors stay with the account: without them it would be easier to get into.
        for kind in KINDS[:3]:
            count += kind.objects.filter(user__in=users).delete()[0]
        count += EmailAddress.objects.filter(email__iexact=erasure.email).delete()[0]
        if erasure.profile or erasure.account:
            kind = ContentType.objects.get_for_model(get_user_model())
            pks = [str(user.pk) for user in users]
            about = LogEntry.objects.filter(content_type=kind, object_id__in=pks)
            count += about.update(object_repr=NAME_REMOVED)
        return count

    def _users(self, email: str) -> list:
        mine = Q(email__iexact=email) | Q(username__iexact=email)
        return list(get_user_model().objects.filter(mine))

    def _log(self, users: list):
        kind = ContentType.objects.get_for_model(get_user_model())
        return LogEntry.objects.filter(user__in=users, content_type=kind)
