"""
Where staff sign in and keep their account: below /admin/, because only there are cookies.

The names are those that allauth looks up. Signing up, changing the e-mail address and connecting
outside accounts have no page.
"""

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.urls import include, path, re_path

from . import invitation_views, single_sign_on

urlpatterns = [
    # The address of the admin's own sign-in page, so that there is one way in only.
    path("login/", account.login, name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/reset/", account.password_reset, name="account_reset_password"),
    path("account/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/oidc/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("account/oidc/error/", social.login_error, name="socialaccount_login_error"),
    path("account/oidc/<str:provider_id>/", single_sign_on.login, name="openid_connect_login"),
    path(
        "account/oidc/<str:provider_id>/callback/",
        single_sign_on.callback,
        name="openid_connect_callback",
    ),
    path(
        "account/invitation/<str:token>/",
        invitation_views.accept,
        name="accept_invitation",
    ),
    # 'Your account': password, second factors, sessions.
    path("account/", include("allauth.mfa.urls")),
]
