"""The fields of a comment: what is wrong with them, in words that say what to do."""

from django import forms
from django.core.validators import URLValidator

from ..email_addresses import EmailAddressFormField
from ..one_line import visible_line
from ..person_names import PersonNameFormField
from .marks import LIMIT, to_html

MOST_LINE = 1000  # characters
UNREADABLE = "Some characters could not be read. Type them again, or paste plain text."


class OneLine(forms.CharField):
    """One line of text, without characters that nobody sees (see core.one_line)."""

    def to_python(self, value):
        value = super().to_python(value)
        # An error, whatever else it holds.
        return value if len(value) > MOST_LINE or "\0" in value else visible_line(value)


class BodyForm(forms.Form):
    """The text alone. `html` in the cleaned data is what will be shown."""

    body = forms.CharField(
        max_length=LIMIT,
        error_messages={
            "required": "Write your comment.",
            "max_length": f"Shorten your comment to {LIMIT:,} characters; "
            "it has %(show_value)d now.",
        },
    )

    def __init__(self, *args, is_utf8: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.is_utf8 = is_utf8

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        self.cleaned_data["html"] = to_html(body)
        if not self.cleaned_data["html"]:
            raise forms.ValidationError("Write your comment in words, not only symbols.")
        return body

    def clean(self) -> None:
        if not self.is_utf8:
            self.add_error("body", UNREADABLE)


class CommentForm(BodyForm):
    """What a guest says. `html` in the cleaned data is the body as it will be shown."""

    name = PersonNameFormField(max_length=100, required_words="Enter your name.")
    email = EmailAddressFormField(
        error_messages={
            "required": "Enter your email address. It is never shown.",
            "invalid": "Check this email address. It should look like name@example.org.",
            "max_length": "This email address is too long.",
        },
    )
    website = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": "Check this web address. It should look like https://example.org.",
            "max_length": "Shorten the web address to %(limit_value)d characters.",
        },
    )
    wants_replies = forms.BooleanField(required=False)

    field_order = ("name", "email", "website", "body", "wants_replies")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        website = self.fields["website"]
        message = website.error_messages["invalid"]
        website.validators.append(URLValidator(schemes=["http", "https"], message=message))
