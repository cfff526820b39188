"""
Email addresses of people: one kind of field for all forms and tables.

An address is stored in one form, and compared in it: in lower case, its domain in ASCII (IDNA 2008
after UTS 46). Python and PostgreSQL disagree about the lower case of letters like “İ”, so Python
alone makes this form. The part before the @ must be ASCII, because mail servers that take another
(SMTPUTF8) are rare and Django cannot ask them.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import models

from .host_names import ascii_host, readable_host
from .one_line import clean_line

MOST = 254  # characters
MOST_BEFORE_AT = 64  # RFC 5321, 4.5.3.1.1
INVALID = "Enter an email address like name@example.org."
NOT_ASCII = (
    "We cannot send email to an address with %(characters)s before the @ sign. Enter another "
    "email address."
)
TOO_LONG_BEFORE_AT = (
    f"The part of an email address before the @ sign can have at most {MOST_BEFORE_AT} characters. "
    "Check the address."
)
# Unlike Django's own, which lets “localhost” pass.
_validate = EmailValidator(message=INVALID, allowlist=[])


def normalized(text: str) -> str:
    """The one form of the address `text`. Raises ValidationError where no mail can go to it."""
    local, at, domain = clean_line(text).rpartition("@")
    if not at or "\0" in text or "\ufffd" in text:
        raise ValidationError(INVALID, code="invalid")
    if not local.isascii():
        characters = " ".join(dict.fromkeys(each for each in local if not each.isascii()))
        params = {"characters": f"“{characters[:20]}”"}
        raise ValidationError(NOT_ASCII, code="not_ascii", params=params)
    if len(local) > MOST_BEFORE_AT:
        raise ValidationError(TOO_LONG_BEFORE_AT, code="too_long_before_at")
    email = f"{local}@{ascii_host(domain)}".lower()
    if email.endswith("]") or len(email) > MOST:  # a number in place of a domain
        raise ValidationError(INVALID, code="invalid")
    _validate(email)
    return email


def stored_form(text: str) -> str:
    """
    normalized(), or `text` itself where it has no such form: imports bring what they found. Look
    by it for an address that somebody typed.
    """
    try:
        return normalized(text)
    except ValidationError:
        return text.strip()


def readable(email: str) -> str:
    """A stored address as its owner writes it, the domain in its own letters."""
    local, at, domain = email.rpartition("@")
    return f"{local}{at}{readable_host(domain)}"


class EmailAddressFormField(forms.EmailField):
    """An address in a form; its value is in the one form."""

    default_validators = []
    default_error_messages = {
        "invalid": INVALID,
        "not_ascii": NOT_ASCII,
        "too_long_before_at": TOO_LONG_BEFORE_AT,
    }

    def __init__(self, *, max_length: int = MOST, **more) -> None:
        super().__init__(max_length=max_length, **more)

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return text
        if len(text) > self.max_length:
            return text  # refused by its length
        try:
            return normalized(text)
        except ValidationError as error:
            words = self.error_messages[error.code]
            raise ValidationError(words, code=error.code, params=error.params) from error


class AnyEmailFormField(forms.EmailField):
    """
    An address to look for: in the one form, or as it was stored before there was one.
    """

    def __init__(self, *, max_length: int = MOST, **more) -> None:
        super().__init__(max_length=max_length, **more)

    def to_python(self, value):
        text = super().to_python(value)
        return text if text in self.empty_values or "\0" in text else stored_form(text)


class EmailAddressField(models.EmailField):
    """
    A column of addresses. Whoever writes it, they are stored in the one form where they have one.
    """

    default_validators = [normalized]

    def clean(self, value, model_instance):
        return super().clean(_kept(value), model_instance)

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        kept = _kept(value)
        if kept != value:
            setattr(model_instance, self.attname, kept)
        return kept

    def get_db_prep_value(self, value, connection, prepared=False):
        # Not where it is `prepared`: then it is what a query looks for.
        return super().get_db_prep_value(value if prepared else _kept(value), connection, prepared)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": EmailAddressFormField, **kwargs})

    def deconstruct(self):
        """Django's own to the database: what an address may be changes no table."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


def _kept(value):
    return stored_form(value) if isinstance(value, str) else value
