"""
Words of exceptions without what visitors said.

What an operator needs stays: the file of the site that could not be read or written, and the static
file that collectstatic has not seen.

Nobody can tell a value from a word with certainty. What is left out: all that is quoted, except
names of code in exceptions of programming; e-mail addresses, the rest of addresses of pages behind
their host, IP addresses, long mixed words as keys and tokens are; and what PostgreSQL adds to the
first line of an error, for that quotes rows and statements.
"""

import os
import re

import psycopg2
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import Error
from django.template import TemplateDoesNotExist, TemplateSyntaxError

LEFT_OUT = "[…]"
LONGEST = 300
# Their messages name attributes, modules, templates, fields.
ABOUT_CODE = (
    AttributeError, FieldDoesNotExist, FieldError, ImportError, KeyError, NameError,
    TemplateDoesNotExist, TemplateSyntaxError, TypeError,
)  # fmt: skip
DATABASE = (Error, psycopg2.Error)
NAME = re.compile(r"[A-Za-z_][A-Za-z_.]{0,59}")
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|“[^”]*”")
# An apostrophe within a word ("can't") begins no quotation.
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
# What whitenoise's and Django's storage say of a file that is not in the manifest.
NOT_COLLECTED = re.compile(r"Missing staticfiles manifest entry for '[\w./-]{1,200}'", re.ASCII)
EMAIL = re.compile(r"[^\s@<>,;:()=]+@[^\s@<>,;:()=]+")
PRIVATE = (
    (re.compile(r"(\w+://)(?:[^\s/@]*@)?([^\s/?#]*)\S*"), rf"\1\2/{LEFT_OUT}"),
    (EMAIL, LEFT_OUT),
    # But for numbers of WordPress, which say of an old address all that can be said.
    (re.compile(r"\?(?!(?:p|page_id|cat|m)=\d{1,8}(?:\s|$))[^\s?]*=\S*"), f"?{LEFT_OUT}"),
    (re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"), LEFT_OUT),
    (re.compile(r"(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![\w:])"), LEFT_OUT),
    (re.compile(r"(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z])[\w.-]{20,}"), LEFT_OUT),
    (re.compile(r"(?<!\w)\d{6,}(?!\w)"), LEFT_OUT),
)


def scrubbed_message(error: BaseException) -> str:
    """What an exception says, in one line."""
    try:
        text = str(error)
    except Exception:  # logging must not fail because of what it logs
        return LEFT_OUT
    if isinstance(error, DATABASE):
        text = text.strip().partition("\n")[0]
        # Names of tables and constraints stay; values follow a colon.
        text = re.sub(r": \".*", f": {LEFT_OUT}", text)
        return scrubbed(text)
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        names = [name for name in (error.filename, error.filename2) if name is not None]
        return f"[Errno {error.errno}] {error.strerror}: {' -> '.join(map(_place, names))}"
    if isinstance(error, ValueError) and NOT_COLLECTED.fullmatch(text):
        return f"{text}: run manage.py collectstatic"
    keeps_names = isinstance(error, ABOUT_CODE)

    def quoted(match: re.Match) -> str:
        return match[0] if keeps_names and NAME.fullmatch(match[0][1:-1]) else LEFT_OUT

    text = APOSTROPHE.sub("’", text)
    return scrubbed(QUOTED.sub(quoted, text))


def _place(name) -> str:
    """A file of the site, from the folder that the settings name; else nothing."""
    if not isinstance(name, str | bytes | os.PathLike):  # a descriptor
        return LEFT_OUT
    path = os.path.normpath(os.fsdecode(name))
    folders = {
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "STATIC_ROOT": settings.STATIC_ROOT,
        "CW_VAR": settings.VAR_DIR,
        "": settings.BASE_DIR,
    }
    for label, folder in folders.items():
        if (path + os.sep).startswith(os.path.join(os.path.normpath(folder), "")):
            parts = os.path.normpath(os.path.join(label, os.path.relpath(path, folder)))
            return "/".join(EMAIL.sub(LEFT_OUT, part) for part in parts.split("/"))
    return LEFT_OUT


def scrubbed(text: str) -> str:
    """`text` without what looks like an address of a person, page or machine, or like a key."""
    for pattern, instead in PRIVATE:
        text = pattern.sub(instead, text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
