"""allauth's forms, with our words, and with the waits of `throttle` where a secret is guessed."""

import struct

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.account.forms import SetPasswordForm as AllauthSetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth import get_user_model

from competencyworks.core.email_addresses import AnyEmailFormField, stored_form

from . import password_reset, throttle


class SignInForm(LoginForm):
    """User name or e-mail address, and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = "Username or email", "Password"
        login.max_length = 254
        login.widget.attrs = {
            "autocomplete": "username", "autocapitalize": "none", "autofocus": True,
        }  # fmt: skip
        password.widget.attrs.pop("placeholder", None)
        password.help_text = ""  # the page has the link

    def clean_login(self) -> str:
        login = super().clean_login()
        if "\x00" in login or len(login) > 254:
            raise forms.ValidationError("Enter your username or email address.")
        names = get_user_model().objects.filter(username__iexact=login)
        return login if login.isascii() or names.exists() else stored_form(login)


class ThrottledCode:
    """A form whose `code` is checked only when no wait lasts for the account."""

    def clean_code(self) -> str:
        try:
            attempt = throttle.begin(context.request, throttle.CODE, [str(self.user.pk)])
        except throttle.TooSoon as error:
            raise forms.ValidationError(str(error), code="too_soon") from error
        code = super().clean_code()
        attempt.succeeded()
        return code


class CodeForm(ThrottledCode, AuthenticateForm):
    """The second step of signing in: a code from an app, or a recovery code."""


class CodeAgainForm(ThrottledCode, ReauthenticateForm):
    """The same, to show again who one is."""


class ActivateAppForm(ThrottledCode, ActivateTOTPForm):
    """The first code of a new app."""


# What the library raises for an answer of a browser that is not whole, and the parser of JSON for
# one that is nested too deeply.
MALFORMED = (
    AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError, struct.error,
)  # fmt: skip
NO_PASSKEY = "The passkey was not accepted. Try again, or choose another way."
LONGEST_ANSWER = 100_000  # characters; an attestation with its certificates has a few thousand


class AnswerField(forms.JSONField):
    """What the browser's passkey dialog gave, in JSON: an object, or no answer at all."""

    default_error_messages = {"invalid": NO_PASSKEY, "required": NO_PASSKEY}

    def to_python(self, value):
        if isinstance(value, str) and len(value) > LONGEST_ANSWER:
            raise forms.ValidationError(NO_PASSKEY, code="invalid")
        try:
            answer = super().to_python(value)
        # Besides malformed JSON, Python refuses deep nesting and numbers of thousands of digits.
        except (RecursionError, ValueError) as error:
            raise forms.ValidationError(NO_PASSKEY, code="invalid") from error
        if answer is not None and not isinstance(answer, dict):
            raise forms.ValidationError(NO_PASSKEY, code="invalid")
        return answer

    def bound_data(self, data, initial):
        """An answer holds for one question, and the page that is shown again asks a new one."""
        return initial


class WellFormedAnswer:
    """A form whose `credential` comes from the browser's passkey dialog, or from an attacker."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credential"] = AnswerField(widget=forms.HiddenInput)

    def clean_credential(self):
        check = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])
        try:
            return check()
        except MALFORMED as error:
            raise forms.ValidationError(NO_PASSKEY, code="malformed") from error

    def clean(self):
        try:
            return super().clean()
        except MALFORMED as error:
            raise forms.ValidationError(NO_PASSKEY, code="malformed") from error


class PasskeySignInForm(WellFormedAnswer, LoginWebAuthnForm):
    """Signing in by a passkey alone."""


class PasskeyForm(WellFormedAnswer, AuthenticateWebAuthnForm):
    """A passkey as the second step."""


class PasskeyAgainForm(WellFormedAnswer, ReauthenticateWebAuthnForm):
    """A passkey, to show again who one is."""


class AddPasskeyForm(WellFormedAnswer, AddWebAuthnForm):
    """A new passkey or security key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 100
        self.fields["name"].help_text = "A name to recognize it by, such as “My phone”."
        self.fields["passwordless"].label = "Sign in with this passkey alone, without my password"
        self.fields[
            "passwordless"
        ].help_text = "You will be asked for your fingerprint, face, or PIN."
        self.fields["passwordless"].initial = True


class OurPasswordLabels:
    """A form for a new password, labeled as the other forms of the site are."""

    labels = {
        "oldpassword": "Current password",
        "password1": "New password",
        "password2": "New password (again)",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.labels.keys() & self.fields.keys():
            self.fields[name].label = self.labels[name]
            self.fields[name].widget.attrs.pop("placeholder", None)


class SetPasswordForm(OurPasswordLabels, AllauthSetPasswordForm):
    """The first password of somebody who signs in without one."""


class NewPasswordForm(OurPasswordLabels, ResetPasswordKeyForm):
    """A new password, by the link of a mail."""


class ChangePasswordForm(OurPasswordLabels, AllauthChangePasswordForm):
    """Asks for the present password, which can be guessed here too."""

    def clean_oldpassword(self) -> str:
        try:
            attempt = throttle.begin(context.request, throttle.PASSWORD, [str(self.user.pk)])
        except throttle.TooSoon as error:
            raise forms.ValidationError(str(error), code="too_soon") from error
        password = super().clean_oldpassword()
        attempt.succeeded()
        return password


class AskForResetForm(ResetPasswordForm):
    """Looks nobody up: the answer, and its time, are the same for known and unknown addresses."""

    email = AnyEmailFormField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        try:
            password_reset.count(context.request, email)
        except password_reset.TooMany as error:
            raise forms.ValidationError(str(error), code="too_many") from error
        return email

    def save(self, request, **kwargs) -> str:
        password_reset.ask(self.cleaned_data["email"])
        return self.cleaned_data["email"]
