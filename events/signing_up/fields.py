"""Fields that take what people send, and say in plain words what is wrong with it."""

from django import forms

# What a text becomes that was no UTF-8.
UNREADABLE = "\ufffd"
SAY_AGAIN = "Some characters did not arrive as text. Type this again."


def _readable(value: str) -> None:
    if UNREADABLE in value or "\0" in value:
        raise forms.ValidationError(SAY_AGAIN, code="unreadable")


class OneLine(forms.CharField):
    """A line of text: line breaks and other control characters become spaces."""

    def __init__(self, *, most: int = 200, required_words: str = "", **more) -> None:
        super().__init__(
            required=bool(required_words),
            error_messages={"required": required_words},
            **more,
        )
        self.most = most
        self.validators = []  # Django's own of NUL says what nobody understands

    def to_python(self, value):
        text = super().to_python(value)
        _readable(text)
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())

    def validate(self, value):
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(
                f"Shorten this to {self.most:,} characters; it has {len(value):,} now."
            )


class Name(OneLine):
    """
    A name of a person. It opens our mails, so it may hold no address of a page: else anybody
    could have us send their advertisement to anybody.
    """

    def validate(self, value):
        super().validate(value)
        if any(mark in value.lower() for mark in ("://", "www.")):
            raise forms.ValidationError("Give a name alone, without the address of a page.")


class Paragraphs(OneLine):
    """Text of several lines."""

    def to_python(self, value):
        text = forms.CharField.to_python(self, value)
        _readable(text)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        kept = ["".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines]
        return "\n".join(kept).strip()


class Address(forms.EmailField):
    """An e-mail address."""

    def __init__(self) -> None:
        super().__init__(
            max_length=254,
            error_messages={
                "required": "Give your e-mail address: what you need to take part is sent there.",
                "invalid": "Check this address: it should look like name@example.org.",
                "max_length": "This address is too long to be one.",
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
                "invalid_choice": "Choose one of these.",
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
                "invalid_choice": "Choose among these.",
                "invalid_list": "Choose among these.",
            },
            **more,
        )


class Tick(forms.BooleanField):
    """A box to tick."""

    def __init__(self, *, required_words: str, **more) -> None:
        super().__init__(
            required=bool(required_words), error_messages={"required": required_words}, **more
        )
