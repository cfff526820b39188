"""
Names of people as they give them themselves: one kind of field for all forms and tables.

A name stands in our mails, and anybody can have a mail sent to anybody. So it holds no address of
a page, with or without a scheme, no number to call, and no control characters.
"""

import re
import unicodedata

from django import forms

from .one_line import LineField, clean_line
from .visible_text import is_visible

MOST = 100  # characters in forms; imports may bring more
MOST_DIGITS = 4
UNREADABLE = "Some characters could not be read. Type your name again."
NO_ADDRESS = "Enter only a name, without a web address."
NO_NUMBER = f"Enter only a name, with at most {MOST_DIGITS} digits."
# U+200C and U+200D join and part letters of some scripts: names are spelled with them.
JOINERS = "\u200c\u200d"
SCHEME = re.compile(r"\bhttps?\s*:|:\s*/|\bwww\d*\.", re.IGNORECASE)
# What may be a host: words with dots between them, 'evil.example' as 'J.R.R.Tolkien'.
DOTTED = re.compile(r"[\w-]+(?:[.。][\w-]+)+")
NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
TOP_LEVEL = re.compile(r"[^\W\d_]{2,}|xn--[\w-]+", re.IGNORECASE)
# Titles and short forms that people write before or behind a name without a blank.
SHORT_FORMS = frozenset(
    "dr mr mrs ms mx prof rev fr sr jr st ste mt ft wm geo chas jas thos jos ed ph phil md mst "
    "sk kh smt sri shri dra sra srta ing lic arq dipl hon capt col gen lt sgt gov sen rep pres vp "
    "cie mme mlle ma".split()
)
ENDINGS = frozenset("jr sr phd edd".split())
# Ends that make an address even of one letter or a title: 't.co', 'dr.com'.
COMMON_ENDS = frozenset(
    "com net org info biz co io ly me tv cc gg gl to app dev xyz site online shop top club link "
    "click example ru cn tk pw".split()
)
# Signs beside a word with a dot that make it a part of an address: 'bit.ly/x', 'ann@mail.example'.
OF_ADDRESSES = tuple("/:@?#")
DEGREES = frozenset(["b.com", "m.com"])  # Bachelor and Master of Commerce


def clean_name(text: str) -> str:
    """`text` on one line, with plain blanks between its words."""
    return " ".join(clean_line(text).split())


def holds_address(text: str) -> bool:
    """Whether a mail program or a reader may take a part of the name for the address of a page."""
    text = unicodedata.normalize("NFKC", text)
    for joiner in JOINERS:
        text = text.replace(joiner, "")
    if SCHEME.search(text) or NUMBERS.search(text):
        return True
    return any(
        _is_host(found[0]) and not _is_name_with_dot(found, text) for found in DOTTED.finditer(text)
    )


def holds_number(text: str) -> bool:
    """Whether more digits stand in the name than belong to one, as in a telephone number."""
    return sum(map(str.isdigit, unicodedata.normalize("NFKC", text))) > MOST_DIGITS


def _is_host(word: str) -> bool:
    labels = re.split("[.。]", word.lower())
    return any(map(_ends_host, labels, labels[1:]))


def _is_name_with_dot(found: re.Match[str], text: str) -> bool:
    """
    Whether a word with a dot is a name without its blank, as 'Mary.Li': two words, each with a
    capital letter alone, and no sign of an address beside them.
    """
    if text[found.end() :].startswith(OF_ADDRESSES) or text[: found.start()].endswith(OF_ADDRESSES):
        return False
    parts = found[0].split(".")
    return (
        len(parts) == 2
        and all(part.isalpha() and part.istitle() for part in parts)
        and parts[1].lower() not in COMMON_ENDS
    )


def _ends_host(label: str, end: str) -> bool:
    """Whether 'label.end' is the end of a host's name rather than a part of a person's."""
    if not TOP_LEVEL.fullmatch(end) or end in ENDINGS or f"{label}.{end}" in DEGREES:
        return False
    return end in COMMON_ENDS or not (len(label) == 1 or label in SHORT_FORMS)


class PersonNameFormField(forms.CharField):
    """A line for the name of a person. `required_words` are said where it is empty and must not."""

    def __init__(
        self, *, max_length: int = MOST, required_words: str = "Enter a name.", **more
    ) -> None:
        messages = {"required": required_words} | (more.pop("error_messages", None) or {})
        super().__init__(error_messages=messages, **more)
        self.max_length = max_length
        self.validators = []  # Django's own of NUL says what nobody understands

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"dir": "auto"}  # right to left, too

    def to_python(self, value):
        text = super().to_python(value)
        if "\0" in text or "\ufffd" in text:
            raise forms.ValidationError(UNREADABLE, code="unreadable")
        # What is far too long is refused by validate(), whatever it holds.
        return text if len(text) > 10 * self.max_length else clean_name(text)

    def validate(self, value):
        super().validate(value)
        if len(value) > self.max_length:
            raise forms.ValidationError(
                f"Shorten the name to {self.max_length} characters; it has {len(value):,} now.",
                code="max_length",
            )
        if value and not is_visible(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if holds_address(value):
            raise forms.ValidationError(NO_ADDRESS, code="address")
        if holds_number(value):
            raise forms.ValidationError(NO_NUMBER, code="number")


class PersonNameField(LineField):
    """
    The column of such a name. What is stored is on one line, whoever writes it; forms refuse
    addresses of pages, numbers and long names, but what an import brings is kept as it was.
    """

    form_class = PersonNameFormField

    def cleaned(self, text: str) -> str:
        return clean_name(text)

    def formfield(self, **kwargs):
        return super().formfield(**{"max_length": min(self.max_length, MOST), **kwargs})
