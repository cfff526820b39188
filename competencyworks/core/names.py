"""Names of authors, taken apart as bibliographies want them: family name, given names, suffix."""

import re
from dataclasses import dataclass
from functools import lru_cache

_PARTICLES = frozenset(
    "da das de degli dei del della den der des di do dos du el al bin ibn la las le les los san "
    "santa st st. 't te ten ter van vande vander von vom zu zum zur y e".split()
)
_SUFFIXES = frozenset("jr jr. sr sr. ii iii iv v".split())
_DEGREES = re.compile(
    r"(?:Ph\.?\s?D|Ed\.?\s?D|Ed\.?S|M\.?D|J\.?D|M\.?A|M\.?Ed|M\.?S|MBA|MPP|B\.?A|B\.?S|Esq|CPA|RN)\.?",
)
# Words that only the name of an organization has.
_ORGANIZATION = re.compile(
    r"\b(?:academy|agency|alliance|associates|association|board|bureau|cent(?:er|re)|coalition|"
    r"college|collaborative|commission|committee|company|consortium|cooperative|corporation|"
    r"council|department|district|division|editors|federation|forum|foundation|fund|group|"
    r"initiative|institut(?:e|ion)|laborator(?:y|ies)|league|ministry|network|office|organization|"
    r"partners|partnership|press|program|project|schools?|society|staff|task force|team|trust|"
    r"union|university|inc|llc|ltd)\b|&|works$|^the | and ",
    re.IGNORECASE,
)
# Degrees that look like initials: of a family name alone they are initials, as in 'Salinger, J.D.'
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){1,4}")
# Joins two family names, as in 'Ortega y Gasset' and 'Prat i Cases'.
_JOINTS = frozenset(["y", "e", "i"])
# Letters of scripts in which a name written without a space is whole, family name first.
_WHOLE = re.compile(r"[぀-ヿ㐀-鿿가-힯]")


@dataclass(frozen=True)
class Name:
    """
    A name in its parts. What cannot be divided (an organization, a single name) has only `family`.
    """

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.given and not self.suffix

    @property
    def initials(self) -> str:
        """The given names as initials: 'Mary-Ann J.' -> 'M.-A. J.'."""
        return " ".join(
            "-".join(f"{part[0].upper()}." for part in word.split("-") if part)
            for word in self.given.replace(".", ". ").split()
            if word.strip("-.")
        )

    @property
    def inverted(self) -> str:
        """'King, Martin Luther, Jr.'"""
        return ", ".join(part for part in (self.family, self.given, self.suffix) if part)


@lru_cache(maxsize=4096)
def parse(text: str) -> Name:
    """
    The parts of a name as people write it: 'Ludwig van Beethoven', 'King, Martin Luther',
    'Ana Ruiz, Ph.D.', 'Alderbrook Institute'. Never raises; without a rule the last word is
    the family name.
    """
    text = " ".join(text.split())
    before, comma, after = text.partition(",")
    if comma and _is_inverted(before.strip(), after.strip()):
        given, _, suffix = (part.strip() for part in after.partition(","))
        return Name(before.strip(), given, suffix)
    if comma and (_DEGREES.match(after.strip()) or not after.strip()):
        text, comma = before, ""  # what follows are degrees
    if _ORGANIZATION.search(text) or _WHOLE.search(text):
        return Name(text)
    if comma and after.strip().lower() not in _SUFFIXES:
        given, _, suffix = (part.strip() for part in after.partition(","))
        return Name(before.strip(), given, suffix) if before.strip() else Name(given or text)
    return _divided(text.replace(",", " ").split()) if text else Name("")


def _is_inverted(before: str, after: str) -> bool:
    """
    Whether a family name and given names stand around the comma, though the one looks like a word
    of organizations ('Press, Frank') or the others like degrees ('Salinger, J.D.').
    """
    if not before or not after or _divided(before.split()).given or _WHOLE.search(before):
        return False
    if _DEGREES.fullmatch(after):
        return bool(_INITIALS.fullmatch(after))
    words = before.split()
    return len(words) == 1 and words[0][0].isupper() and _is_given(after)


def _is_given(text: str) -> bool:
    """Whether the words behind a comma may be given names: few, in capitals, of no organization."""
    text = text.partition(",")[0].strip()
    return (
        text.lower() not in _SUFFIXES
        and len(text.split()) <= 3
        and all(word[0].isupper() for word in text.split())
        and not _ORGANIZATION.search(text)
        and not _DEGREES.match(text)
    )


def _divided(words: list[str]) -> Name:
    suffix = ""
    if len(words) > 2 and words[-1].lower() in _SUFFIXES:
        suffix = words.pop()
    if not words:
        return Name("")
    start = len(words) - 1
    for number, word in enumerate(words[:-1]):
        # A particle opens the family name, but 'Van Morrison' is a first name.
        if word in _JOINTS and number:
            start = number - 1
            break
        if word.lower() in _PARTICLES and (number or word[0].islower()):
            start = number
            break
    return Name(" ".join(words[start:]), " ".join(words[:start]), suffix)
