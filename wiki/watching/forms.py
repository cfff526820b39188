from django import forms

from competencyworks.core.email_addresses import EmailAddressFormField


class WatchForm(forms.Form):
    """Who wants to watch."""

    email = EmailAddressFormField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter your email address.",
            "invalid": "Check this email address. It should look like name@example.org.",
            "max_length": "This email address is too long.",
        },
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_id="watch-%s", **kwargs)
