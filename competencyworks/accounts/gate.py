"""
What every page below /admin/ asks of a session, besides permissions: that it is not too old, that
roles which need a second factor have one, and for some pages a password given just now.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import parse_qs, urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, get_user_model, logout
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from . import required_roles, sessions

# Pages of the admin that ask for a password (or second factor) given within 15 minutes; a name that
# ends with '*' stands for all that begin so.
FRESH_PAGES = (
    "admin:personal_data",
    "admin:events_registration_csv",
    "admin:events_registration_xlsx",
    "admin:events_registration_survey_csv",
    "admin:auth_user_*",
    "admin:auth_group_*",
    "admin:invite_colleague",
)
# Pages of allauth that show secrets. It asks again by itself before anything is changed.
FRESH_ACCOUNT_PAGES = ("mfa_view_recovery_codes", "mfa_download_recovery_codes")
# What remains open to a member of a role that needs a second factor and has none yet.
OPEN_WITHOUT_SECOND_FACTOR = (
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password*",
    "accept_invitation",
    "admin:logout",
    "admin:jsi18n",
    "mfa_*",
)


class AdminGateMiddleware:
    """Looks at the session of each request below /admin/; the rest of the site has none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(settings.SESSION_COOKIE_PATH):
            return self.get_response(request)
        if request.user.is_authenticated:
            # Who is no longer staff would be led to the sign-in and back for ever.
            if sessions.is_over(request) or not request.user.is_staff:
                logout(request)
            else:
                sessions.keep(request)
        response = self.get_response(request)
        _tell_what_was_lost(request, response)
        if request.resolver_match and not request.resolver_match.namespace:
            # The pages of signing in: they hold codes, secrets and links with tokens.
            add_never_cache_headers(response)
            response.setdefault("Referrer-Policy", "strict-origin")
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.path_info.startswith(settings.SESSION_COOKIE_PATH):
            return None
        if (
            request.user.is_authenticated
            and _named(request, FRESH_ACCOUNT_PAGES)
            and not sessions.is_fresh(request)
        ):
            return _ask_again(request)
        if _named(request, OPEN_WITHOUT_SECOND_FACTOR) or not lacks_second_factor(request.user):
            return None
        messages.warning(
            request, "Your role requires two-step verification. Set it up here to continue."
        )
        return HttpResponseRedirect(reverse("mfa_index"))


def lacks_second_factor(user) -> bool:
    """Whether a role of `user` is in MFA_REQUIRED_ROLES and no second factor is set up. One query
    at most, and none while the setting is empty."""
    members = required_roles.members()
    if members is None or not user.is_authenticated:
        return False
    factors = Authenticator.objects.filter(
        user=OuterRef("pk"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    rows = get_user_model().objects.filter(members, ~Exists(factors), pk=user.pk)
    return rows.exists()


def fresh_where_needed(view: Callable) -> Callable:
    """The view, which asks for the password again first if it is one of FRESH_PAGES."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if _named(request, FRESH_PAGES) and not sessions.is_fresh(request):
            return _ask_again(request)
        return view(request, *args, **kwargs)

    return wrapper


def _tell_what_was_lost(request: HttpRequest, response: HttpResponse) -> None:
    """
    Let the page of signing in say that the form which led to it did nothing: whoever sends one was
    signed in when it opened.
    """
    if request.method != "POST" or not response.has_header("Location"):
        return
    url = urlsplit(response["Location"])
    wanted = parse_qs(url.query).get(REDIRECT_FIELD_NAME)
    if url.path == reverse("account_login") and wanted == [request.get_full_path()]:
        response["Location"] += f"&lost={'act' if 'action' in request.POST else 'form'}"


def _ask_again(request: HttpRequest) -> HttpResponse:
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:
        # Whoever signs in by single sign-on alone has nothing else to show: sign in again.
        path = request.get_full_path()
        logout(request)
        return redirect_to_login(path, reverse("account_login"))
    if request.method == "POST" and not any("password" in name for name in request.POST):
        # allauth keeps the posted form in the session, and goes on with it afterwards. A form with
        # a password must not lie there.
        raise ReauthenticationRequired
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return HttpResponseRedirect(f"{methods[0]['url']}?{query}")


def _named(request: HttpRequest, names: tuple[str, ...]) -> bool:
    match = request.resolver_match
    view = match.view_name if match else ""
    return any(view.startswith(name[:-1]) if name.endswith("*") else view == name for name in names)
