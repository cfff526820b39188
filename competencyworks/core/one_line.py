"""
Text without characters that nobody sees, on one line or on several, and the fields that hold it.

Titles, names, tags and reasons reach feeds, calendars and mails. One control character makes XML
unreadable, and one U+202E turns the rest of a line around, so such characters are taken out where
the text is stored, whoever stores it: a form, an import or the shell.
"""

import re

from django import forms
from django.db import models

from .visible_text import is_visible

# Characters that XML does not know (https://www.w3.org/TR/xml/#charsets), the other control
# characters, and code points that are no characters.
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_UNREADABLE = f"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff{_NONCHARACTERS}"
# Marks that show nothing: soft hyphen, direction of writing, zero width, annotations, tags. The
# joiners U+200C and U+200D stay, because words and emoji are spelled with them.
_UNSEEN = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0001-\U000e007f"
)
_BREAKS = "\t\n\x0b\x0c\r\x85\u2028\u2029"

NOT_IN_TEXT = re.compile(f"[{_UNREADABLE}]")
NOT_ON_A_LINE = re.compile(f"[{_UNREADABLE}{_UNSEEN}]")
BLANKS = re.compile(f"[{_BREAKS} ]+")
NOT_PLAIN = re.compile(f"[{_UNREADABLE}{_UNSEEN}{_BREAKS}]|  ")
# What turns the words after it around; honest texts of any language do without it.
OVERRIDES = re.compile("[\u202d\u202e]")


def clean_line(text: str) -> str:
    """
    `text` on one line: without control characters, non-characters and unseen marks; a line break
    becomes a blank.
    """
    if NOT_PLAIN.search(text):
        text = BLANKS.sub(" ", NOT_ON_A_LINE.sub("", text))
    return text.strip()


def visible_line(text: str) -> str:
    """`text` as clean_line() has it; '' where readers would see nothing of it."""
    text = clean_line(text)
    return text if is_visible(text) else ""


def clean_text(text: str) -> str:
    """`text` of several lines without what XML, calendars and mails cannot hold."""
    return re.sub("[\x0b\x0c\x85\u2028\u2029]", " ", NOT_IN_TEXT.sub("", text))


class LineFormField(forms.CharField):
    """One line of text in a form, cleaned as LineField cleans it; empty if it shows nothing."""

    def to_python(self, value):
        return visible_line(super().to_python(value))


class LineField(models.CharField):
    """
    A column with one line of text. What is stored is clean, also by QuerySet.update(), imports and
    the shell; the instance that was saved holds what was stored.
    """

    form_class: type[forms.Field] = LineFormField

    def cleaned(self, text: str) -> str:
        return clean_line(text)

    def clean(self, value, model_instance):
        if isinstance(value, str):
            value = self.cleaned(value)
            value = value if is_visible(value) else ""
        return super().clean(value, model_instance)

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        cleaned = self._cleaned(value)
        if cleaned != value:
            setattr(model_instance, self.attname, cleaned)
        return cleaned

    def get_db_prep_value(self, value, connection, prepared=False):
        # Not where it is `prepared`: then it is what a query looks for.
        if not prepared:
            value = self._cleaned(value)
        return super().get_db_prep_value(value, connection, prepared)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": self.form_class, **kwargs})

    def deconstruct(self):
        """A column of text to the database: what a line may hold changes no table."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def _cleaned(self, value):
        return self.cleaned(value) if isinstance(value, str) else value


def clean_lines_on(item: models.Model) -> None:
    """Clean the lines of `item` before anything is made of them, as an address of a title."""
    for field in item._meta.concrete_fields:
        if isinstance(field, LineField):
            field.pre_save(item, add=False)
