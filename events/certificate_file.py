"""A certificate of attendance as a PDF file of one page, with the site's fonts in it."""

import io
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from competencyworks.core import fonts
from competencyworks.core.mail.letters import site_name

from . import times
from .certificates import url_of
from .models import Registration

INK, QUIET, SPRUCE = HexColor("#1c2224"), HexColor("#566064"), HexColor("#0b5d57")
WIDTH, HEIGHT = landscape(letter)
EDGE, COLUMN = 36, 600  # points
_TEXT = ParagraphStyle(
    "text", fontName="Works", fontSize=14, leading=21, textColor=INK, alignment=TA_CENTER
)
_NAME = ParagraphStyle("name", _TEXT, fontName="Works-Semibold", fontSize=34, leading=40)
_TITLE = ParagraphStyle("title", _TEXT, fontName="Works-Semibold", fontSize=20, leading=26)
_NOTE = ParagraphStyle("note", _TEXT, fontSize=8.5, leading=12, textColor=QUIET)
SMALLEST = 12


def can_be_made(registration: Registration) -> bool:
    """Whether the fonts can write all that stands in it; else its page can be printed."""
    return fonts.can_write("".join(words for words, *_ in _lines(registration)) + site_name())


def certificate_file(registration: Registration) -> bytes:
    """The certificate of an attended registration."""
    fonts.register()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, lang="en-US")
    title = registration.event.title
    canvas.setTitle(f"Certificate of attendance: {registration.name}, {title}")
    canvas.setSubject(f"{title}, {times.when(registration.event)}")
    canvas.setAuthor(site_name())
    canvas.setCreator(site_name())
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setStrokeColor(SPRUCE)
    canvas.setLineWidth(3)
    canvas.rect(EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE)
    y = HEIGHT - 120
    for words, style, after in _lines(registration):
        y = _put(canvas, escape(fonts.composed(words)), style, y) - after
    address = escape(url_of(registration))
    note = f'Anyone can verify this certificate at<br/><a href="{address}">{address}</a>'
    _put(canvas, note, _NOTE, EDGE + 54)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _lines(registration: Registration) -> list[tuple[str, ParagraphStyle, int]]:
    """What the certificate says from above: words, how they look, and the space below them."""
    event = registration.event
    found = [
        ("Certificate of attendance", _TITLE, 42),
        ("This is to certify that", _TEXT, 14),
        (registration.name, _NAME, 16),
        (f"attended the {event.get_kind_display().lower()}", _TEXT, 14),
        (event.title, _TITLE, 14),
        (times.when(event), _TEXT, 0),
    ]
    return [*found, (event.hosts, _TEXT, 0)] if event.hosts else found


def _put(canvas: Canvas, words: str, style: ParagraphStyle, y: float) -> float:
    """Write `words` from `y` down, smaller where they are many; returns where they end."""
    paragraph = Paragraph(words, style)
    _, high = paragraph.wrap(COLUMN, HEIGHT)
    while high > 3 * style.leading and style.fontSize > SMALLEST:
        size = style.fontSize - 2
        style = ParagraphStyle("smaller", style, fontSize=size, leading=size * 1.25)
        paragraph = Paragraph(words, style)
        _, high = paragraph.wrap(COLUMN, HEIGHT)
    paragraph.drawOn(canvas, (WIDTH - COLUMN) / 2, y - high)
    return y - high
