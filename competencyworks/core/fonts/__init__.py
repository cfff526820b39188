"""
The site's serif for PDF files, embedded in them: all of Latin, Greek and Cyrillic that living
languages are written in.
"""

import unicodedata
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = {"Works": "regular", "Works-Italic": "italic", "Works-Semibold": "semibold"}


def register() -> None:
    """Make the fonts of FONTS known to reportlab, as one family; to do it twice does no harm."""
    for name, cut in FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            file = Path(__file__).parent / f"works-serif-{cut}.ttf"
            pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily(
        "Works", normal="Works", italic="Works-Italic", bold="Works-Semibold"
    )


def can_write(text: str) -> bool:
    """
    Whether the fonts have a glyph for each character of composed(text), and no mark stands over a
    letter that it has no place of its own on.
    """
    register()
    known = pdfmetrics.getFont("Works").face.charToGlyph
    return all(ord(char) in known and not unicodedata.combining(char) for char in composed(text))


def composed(text: str) -> str:
    """`text` with letters and their accents in one, as the fonts have them."""
    return unicodedata.normalize("NFC", text)
