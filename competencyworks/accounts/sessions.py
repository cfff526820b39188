"""
How long a session lasts, and since when it has shown who it is.

Every sign-in, however it is made, writes both moments into the session. It ends when nobody used it
for SESSION_IDLE_MINUTES (Django's own expiry, moved along once a minute at most) and at the latest
14 days after the sign-in.
"""

import time

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

SIGNED_IN_AT, PROVED_AT, SEEN_AT = "signed_in_at", "proved_at", "seen_at"
LONGEST = 14 * 24 * 60 * 60  # seconds
FRESH = 15 * 60  # seconds for which a password or second factor counts as just given
SEEN_EVERY = 60  # seconds between two writes of the same session


@receiver(user_logged_in)
def begin(request, user, **kwargs) -> None:
    """Note the moment of the sign-in."""
    if request is not None and hasattr(request, "session"):
        now = int(time.time())
        request.session.update({SIGNED_IN_AT: now, PROVED_AT: now, SEEN_AT: now})


@receiver(authentication_step_completed)
def prove(request, user, method, reauthenticated=False, **kwargs) -> None:
    """A signed-in user gave the password or a second factor again."""
    if reauthenticated:
        request.session[PROVED_AT] = int(time.time())


@receiver(authenticator_added)
def end_those_without_it(request, user, **kwargs) -> None:
    """A session that began before the second factor was there may be a thief's."""
    end_others(user, request.session.session_key)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the user gave a password or second factor within the last 15 minutes."""
    proved_at = request.session.get(PROVED_AT, 0)
    return request.user.is_authenticated and 0 <= time.time() - proved_at < FRESH


def is_over(request: HttpRequest) -> bool:
    """Whether the session is older than any may be, or does not say how old it is."""
    return not 0 <= time.time() - request.session.get(SIGNED_IN_AT, 0) < LONGEST


def keep(request: HttpRequest) -> None:
    """Let the session end so much later, as it is in use. Writes once a minute at most."""
    now = int(time.time())
    if now - request.session.get(SEEN_AT, 0) >= min(SEEN_EVERY, settings.SESSION_COOKIE_AGE // 10):
        request.session[SEEN_AT] = now


def end_others(user, current: str | None = None) -> int:
    """End all sessions of `user` but the one with the key `current`. Returns how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=current))
    for session in others:
        session.end()
    return len(others)


def forget_ended() -> int:
    """Delete the rows of sessions that have ended. Returns how many."""
    count = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    kept = Session.objects.filter(session_key=OuterRef("session_key"))
    return count + UserSession.objects.filter(~Exists(kept)).delete()[0]
