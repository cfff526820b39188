from django import forms


class WatchForm(forms.Form):
    """Who wants to watch."""

    email = forms.EmailField(
        max_length=254,
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Give your e-mail address.",
            "invalid": "Check this address: it should look like name@example.org.",
            "max_length": "This address is too long to be one.",
        },
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_id="watch-%s", **kwargs)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()
