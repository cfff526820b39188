"""The fields of a comment: what is wrong with them, in words that say what to do."""

from django import forms
from django.core.validators import URLValidator

from .marks import LIMIT, to_html

MOST_LINE = 1000  # characters
UNREADABLE = "Some characters did not arrive as text. Type them again, or paste plain text."


class OneLine(forms.CharField):
    """A line of text: line breaks and other control characters become spaces."""

    def to_python(self, value):
        value = super().to_python(value)
        if len(value) > MOST_LINE:  # an error, whatever it holds
            return value
        return " ".join("".join(c if c.isprintable() or c == "\0" else " " for c in value).split())


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
            raise forms.ValidationError("Write your comment: these are signs without words.")
        return body

    def clean(self) -> None:
        if not self.is_utf8:
            self.add_error("body", UNREADABLE)


class CommentForm(BodyForm):
    """What a guest says. `html` in the cleaned data is the body as it will be shown."""

    name = OneLine(
        max_length=100,
        error_messages={
            "required": "Tell us your name.",
            "max_length": "Shorten your name to %(limit_value)d characters.",
        },
    )
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Give your e-mail address. It is never shown.",
            "invalid": "Check this address: it should look like name@example.org.",
            "max_length": "This address is too long to be one.",
        },
    )
    website = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": "Check this address: it should look like https://example.org.",
            "max_length": "Shorten the address to %(limit_value)d characters.",
        },
    )
    wants_replies = forms.BooleanField(required=False)

    field_order = ("name", "email", "website", "body", "wants_replies")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        website = self.fields["website"]
        message = website.error_messages["invalid"]
        website.validators.append(URLValidator(schemes=["http", "https"], message=message))

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()
