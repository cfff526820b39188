"""Whether a text shows anything at all, or is made of characters that leave no mark on a page."""

import unicodedata

# Control and format characters, surrogates, separators, and marks that need a letter to stand on.
INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"])
# Letters and symbols that are drawn as a blank: fillers of Hangul, the empty pattern of Braille.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def shows(character: str) -> bool:
    """Whether readers see anything of one character."""
    return character not in BLANK_LETTERS and unicodedata.category(character) not in INVISIBLE


def is_visible(text: str) -> bool:
    """Whether `text` (plain, without tags) has at least one character that readers can see."""
    return any(map(shows, text))
