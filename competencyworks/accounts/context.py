"""What the admin's header and menu need on pages of allauth, which know nothing of the admin."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from . import second_factors

OF_SECOND_FACTORS = ("mfa_index", "mfa_deactivate_totp", "mfa_remove_webauthn")


def frame(request: HttpRequest) -> dict:
    """The context of any page of the admin, for 'Your account' and the pages below it."""
    match = request.resolver_match
    if (
        match is None
        or match.namespace
        or not request.path_info.startswith(settings.SESSION_COOKIE_PATH)
    ):
        return {}
    context = {"sso_name": "", "sso_url": ""}
    if all(settings.OIDC_KEYS.values()):
        context = {
            "sso_name": settings.OIDC_NAME,
            "sso_url": reverse("openid_connect_login", args=["sso"]),
        }
    if request.user.is_authenticated:
        context |= admin.site.each_context(request)
        if match.view_name in OF_SECOND_FACTORS:
            context |= second_factors.standing(request.user)
    return context
