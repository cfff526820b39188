"""The site's serif for PDF files, embedded in them."""

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
    """Whether the fonts have a glyph for each character of `text`."""
    register()
    return all(ord(char) in pdfmetrics.getFont("Works").face.charToGlyph for char in text)
