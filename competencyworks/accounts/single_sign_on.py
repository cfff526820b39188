"""
Signing in through an OpenID Connect provider, where one is set up (OIDC_SERVER_URL).

It lets in only somebody who has a staff account here with an e-mail address that the provider says
it has verified, and never makes an account. A second factor that is set up here is asked for all
the same.
"""

import logging

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from requests import ConnectionError, RequestException, Timeout  # noqa: A004 - requests' names

from competencyworks.core.email_addresses import stored_form

logger = logging.getLogger(__name__)

# The one provider of SOCIALACCOUNT_PROVIDERS.
PROVIDER = "sso"
NO_ANSWER = (ConnectionError, Timeout)
# Signatures by a key pair; a shared secret would let whoever reads it make tokens.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]


class SignedIdTokenAdapter(OpenIDConnectOAuth2Adapter):
    """Checks the signature of the ID token too, which allauth leaves to TLS."""

    def complete_login(self, request, app, token, **kwargs):
        claims = self.verified_claims(app, kwargs["response"].get("id_token"))
        login = super().complete_login(request, app, token, **kwargs)
        if login.account.uid != claims["sub"]:
            raise OAuth2Error("The user info is another person's than the ID token.")
        return login

    def verified_claims(self, app: SocialApp, id_token: str | None) -> dict:
        if not id_token:
            raise OAuth2Error("The provider sent no ID token.")
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
            keys = response.json()
        try:
            kid = jwt.get_unverified_header(id_token).get("kid")
            found = [
                key for key in jwt.PyJWKSet.from_dict(keys).keys if not kid or key.key_id == kid
            ]
            if len(found) != 1:
                raise OAuth2Error("The ID token is signed by no key of the provider.")
            return jwt.decode(
                id_token,
                key=found[0],
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": ["exp", "iat", "sub"]},
                leeway=30,
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise OAuth2Error("The ID token is not valid.") from error


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Connects a sign-in at the provider to the staff account that it belongs to, or refuses it."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ) -> None:
        """Lets the page say whether the provider is away or refused."""
        extra_context["is_away"] = isinstance(exception, NO_ANSWER)

    def pre_social_login(self, request, sociallogin) -> None:
        # What the provider tells of the person is used here once, and not kept.
        addresses = [each.email for each in sociallogin.email_addresses if each.verified]
        sociallogin.account.extra_data = {}
        user = staff_with(addresses)
        if user is None or (sociallogin.is_existing and sociallogin.user.pk != user.pk):
            page = render(request, "account/sso_refused.html", status=403)
            raise ImmediateHttpResponse(page)
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        else:
            sociallogin.connect(request, user)


def staff_with(addresses: list[str]):
    """The one staff account with one of these addresses, or None."""
    users = get_user_model().objects.filter(is_staff=True, is_active=True).exclude(email="")
    forms = [stored_form(address) for address in addresses]
    found = [user for address in forms for user in users.filter(email__iexact=address)]
    return found[0] if len({user.pk for user in found}) == 1 else None


@login_not_required
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to the provider. By a link: a form's redirect to another site the policy forbids."""
    if "process" in request.GET:
        raise Http404("only signing in")
    return _view(OAuth2LoginView, request, provider_id)


@login_not_required
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider leads back to."""
    return _view(OAuth2CallbackView, request, provider_id)


def _view(kind: type, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return kind.adapter_view(SignedIdTokenAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404("no such provider") from error
    except (
        RequestException, OAuth2Error,
        AttributeError, KeyError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        # It is away, or what it answers is not whole, of another form, or nested too deeply.
        logger.warning("The sign-in service gave no usable answer (%s).", type(error).__name__)
        context = {"is_away": isinstance(error, NO_ANSWER)}
        return render(request, "socialaccount/authentication_error.html", context, status=503)
