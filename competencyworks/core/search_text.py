"""
How texts and queries are made alike before PostgreSQL reads their words.

Readers type straight quotation marks, texts have typographic ones; 'K-12', 'K–12', 'K 12' and 'K12'
are one word to readers, and so are 'José' and 'Jose'. fold() says in Python, for queries, what
FoldedText says in SQL, for the columns that are searched.
"""

import re
import unicodedata

from django.db import models
from django.db.models import Func

# A vector over 1 MB makes PostgreSQL refuse the row, so only the first part of a very long
# text is indexed (characters).
INDEXED_CHARACTERS = 250_000

# The signs left over by NFKD, which takes ligatures, full-width forms and no-break spaces apart.
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212"
APOSTROPHES = "'`\u2018\u2019\u201a\u201b\u2032\u02bc"
QUOTATION_MARKS = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u301d\u301e\u301f"
SLASHES = "/\\\u2044"
# Soft hyphen, zero-width signs, marks of direction, and the ʻokina of Hawaiʻi.
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u02bb"

_BLANKS = HYPHENS + APOSTROPHES + SLASHES
_SIGNS = str.maketrans(
    _BLANKS + QUOTATION_MARKS, " " * len(_BLANKS) + '"' * len(QUOTATION_MARKS), UNSEEN
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_GRADE_SPAN = re.compile(r"\bk\s*(\d{1,2})\b", re.IGNORECASE)

# Elements within a word or a sentence: nothing stands in their place, a blank in that of others.
INLINE = (
    "</?(a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup"
    "|time|u|var|wbr)([ \\n][^>]*)?>"
)


def fold(text: str) -> str:
    """Plain `text` with spellings and signs made one; quotation marks stay, as straight ones."""
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_SIGNS)
    return _GRADE_SPAN.sub(r"k\1", text)


def _class(signs: str) -> str:
    """A class of a regular expression in SQL, written in ASCII."""
    escaped = (f"\\u{ord(sign):04X}" for sign in signs)
    return f"[{''.join(escaped)}]"


def _folding(text: str) -> str:
    """
    The SQL of fold() for an SQL expression of a text, plain or HTML.

    Quotation marks stay as they are: they are no letters. translate() would take twelve times as
    long as a class does.
    """
    blanks, unseen = _class(_BLANKS), _class(UNSEEN)
    text = f"regexp_replace(left({text}, {INDEXED_CHARACTERS}), '{INLINE}', '', 'g')"
    text = f"regexp_replace({text}, '<[^>]*>|\\[/?fn\\]|&nbsp;', ' ', 'g')"
    text = f"regexp_replace(normalize({text}, NFKD), '[\\u0300-\\u036F]|{unseen}', '', 'g')"
    text = f"left(regexp_replace({text}, '{blanks}', ' ', 'g'), {INDEXED_CHARACTERS})"
    return f"regexp_replace({text}, '\\mk\\s*(\\d{{1,2}})\\M', 'k\\1', 'gi')"


class FoldedText(Func):
    """
    SQL twin of fold() for plain text and HTML.

    Generated columns and indexes hold it: whoever changes it writes migrations that make them anew.
    """

    template = _folding("%(expressions)s")
    output_field = models.TextField()
