"""Fields that take what people send, and say in plain words what is wrong with it."""

from django import forms

from competencyworks.core.email_addresses import EmailAddressFormField
from competencyworks.core.one_line import clean_text, visible_line

# What a text becomes that was no UTF-8.
UNREADABLE = "\ufffd"
SAY_AGAIN = "Some characters could not be read. Enter this again."


def _readable(value: str) -> None:
    if UNREADABLE in value or "\0" in value:
        raise forms.ValidationError(SAY_AGAIN, code="unreadable")


class OneLine(forms.CharField):
    """One line of text, without characters that nobody sees (see core.one_line)."""

    def __init__(self, *, most: int = 200, required_words: str = "", **more) -> None:
        super().__init__(
            required=bool(required_words),
            error_messages={"required": required_words},
            **more,
        )
        self.most = most
        self.validators = []  # Django's own of NUL says what nobody understands

    def widget_attrs(self, widget):
        return {"dir": "auto"}  # people write from right to left too

    def to_python(self, value):
        text = super().to_python(value)
        _readable(text)
        return visible_line(text)

    def validate(self, value):
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(
                f"Shorten this to {self.most:,} characters; it has {len(value):,} now."
            )


class Paragraphs(OneLine):
    """Text of several lines."""

    def to_python(self, value):
        text = forms.CharField.to_python(self, value)
        _readable(text)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(clean_text(line).rstrip() for line in lines).strip()


class Address(EmailAddressFormField):
    """The email address of somebody who registers."""

    def __init__(self) -> None:
        super().__init__(
            error_messages={
                "required": "Enter your email address so that we can send you what you need to "
                "attend.",
                "invalid": "Enter an email address like name@example.org.",
                "max_length": "This email address is too long. Check it for typos.",
            },
        )

    def clean(self, value):
        _readable(value or "")
        return super().clean(value)


class One(forms.ChoiceField):
    """One of several."""

    def __init__(self, choices, *, required_words: str, **more) -> None:
        super().__init__(
            choices=choices,
            required=bool(required_words),
            error_messages={
                "required": required_words,
                "invalid_choice": "Choose one of the options.",
            },
            **more,
        )


class Several(forms.MultipleChoiceField):
    """Any of several."""

    def __init__(self, choices, *, required_words: str, **more) -> None:
        super().__init__(
            choices=choices,
            required=bool(required_words),
            error_messages={
                "required": required_words,
                "invalid_choice": "Choose from the listed options.",
                "invalid_list": "Choose from the listed options.",
            },
            **more,
        )


class Tick(forms.BooleanField):
    """A box to tick."""

    def __init__(self, *, required_words: str, **more) -> None:
        super().__init__(
            required=bool(required_words), error_messages={"required": required_words}, **more
        )
