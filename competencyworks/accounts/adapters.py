"""What django-allauth asks this site: who may sign in, where to, how fast, and how mail goes."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from competencyworks.core.client_address import client_address
from competencyworks.core.email_addresses import stored_form
from competencyworks.core.mail.letters import site_name

from . import activity, security_notices, sessions, throttle


class AccountAdapter(DefaultAccountAdapter):
    """Only staff sign in, and only below /admin/."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The username or password is not correct.",
        "username_password_mismatch": "The username or password is not correct.",
        "incorrect_password": "The password is not correct.",
        "incorrect_code": "The code is not correct.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        return is_admin_address(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        # The list of a user's sessions needs some address; behind a socket there is none.
        return client_address(request) or "0.0.0.0"  # noqa: S104 - stored, not bound to

    def authenticate(self, request: HttpRequest, **credentials):
        users = users_of(credentials.get("username") or credentials.get("email") or "")
        names = [str(user.pk) for user in users] or [
            credentials.get("username") or credentials.get("email") or ""
        ]
        try:
            attempt = throttle.begin(request, throttle.PASSWORD, names)
        except throttle.TooSoon as error:
            raise ValidationError(str(error), code="too_soon") from error
        user = super().authenticate(request, **credentials)
        if user is None or not (user.is_active and user.is_staff):
            activity.sign_in_failed(users)
            return None
        attempt.succeeded()
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Nothing: authenticate() above has counted the attempt in the database."""

    def pre_login(self, request: HttpRequest, user, **kwargs) -> HttpResponse | None:
        """The last door for each way of signing in, passkeys and single sign-on included."""
        if not (user.is_active and user.is_staff):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        throttle.remember_device(request, response, str(user.pk))
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Signing in counts as well as giving the password again, for the same 15 minutes."""
        return not sessions.is_fresh(context.request)

    def get_reauthentication_methods(self, user) -> list[dict]:
        words = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code from your app, or a recovery code",
            "mfa_reauthenticate:webauthn": "Use a passkey or security key",
        }
        found = super().get_reauthentication_methods(user)
        return [each | {"description": words[each["id"]]} for each in found]

    def add_message(self, request, level, message_template=None, *args, **kwargs) -> None:
        # The page that comes next shows that somebody is signed in.
        if message_template not in (
            "account/messages/logged_in.txt",
            "account/messages/logged_out.txt",
        ):
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        """Called by the library when a password or a second factor was changed."""
        if what := security_notices.NOTIFICATIONS.get(template_prefix):
            security_notices.tell(user, what)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        raise NotImplementedError(
            f"{template_prefix}: mail goes through the outbox (competencyworks.core.mail)."
        )


class MfaAdapter(DefaultMFAAdapter):
    """How second factors are named in an app or a browser."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not correct."
    }

    def get_totp_issuer(self) -> str:
        return site_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": site_name()}

    def get_totp_label(self, user) -> str:
        return user.get_username()

    def generate_authenticator_name(self, user, type) -> str:  # noqa: A002 - the library's name
        number = user.authenticator_set.filter(type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Writes down that a user ended sessions elsewhere."""

    def end_sessions(self, sessions) -> None:
        super().end_sessions(sessions)
        if sessions:
            activity.note(context.request.user, "Signed out everywhere else.")


def users_of(login: str) -> list:
    """The accounts that somebody who types `login` may mean, by user name or e-mail address."""
    if not login or "\x00" in login:
        return []
    mine = Q(username__iexact=login) | Q(email__iexact=stored_form(login))
    rows = get_user_model().objects.filter(mine)
    return list(rows.order_by("pk"))


def is_admin_address(url: str | None) -> bool:
    """Whether `url` leads to a page below /admin/ of this site and nowhere else."""
    if not url or not url.startswith(settings.SESSION_COOKIE_PATH):
        return False
    if any(ord(character) < 32 or ord(character) == 127 for character in url) or "\\" in url:
        return False
    path = url.split("?", 1)[0].split("#", 1)[0]
    if "//" in path or "/../" in f"{path}/" or "%2e" in path.lower():
        return False
    if path in (reverse("account_login"), reverse("admin:logout"), reverse("account_logout")):
        return False
    return url_has_allowed_host_and_scheme(url, allowed_hosts=None)
